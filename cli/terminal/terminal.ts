/**
 * Capabilities of the terminal on stderr. Pipes, files, CI and dumb terminals get plain lines; NO_COLOR
 * (no-color.org) removes the colours only.
 */
import { styleText } from "node:util";

/** The capabilities of a terminal. */
export interface Terminal {
  /** True if a line can be redrawn, as a progress bar needs. */
  readonly live: boolean;
  readonly color: boolean;
}

/** Reads variables: Deno.env, or a fake. */
interface Environment {
  get(name: string): string | undefined;
}

/** The emphasis of a text. */
export type Tone = "bold" | "dim" | "cyan" | "green" | "yellow" | "red";

/** Detects the capabilities. `isTerminal` is true if the output is a terminal. */
export function inspectTerminal(isTerminal: boolean, env: Environment): Terminal {
  const isCi = !["", "0", "false"].includes((env.get("CI") ?? "").toLowerCase());
  const live = isTerminal && !isCi && env.get("TERM") !== "dumb";
  return { live, color: live && !env.get("NO_COLOR") };
}

/** Emphasizes a text if colours are on. */
export function tint(terminal: Terminal, tone: Tone, text: string): string {
  return terminal.color ? styleText(tone, text, { validateStream: false }) : text;
}
