/**
 * What the terminal on stderr can do. Pipes, files, CI and dumb terminals get plain lines; NO_COLOR
 * (no-color.org) takes the colours away and leaves the rest.
 */
import { styleText } from "node:util";

/** What can be shown. */
export interface Terminal {
  /** Whether a line can be drawn over: a progress bar, and not a line every few seconds. */
  readonly live: boolean;
  readonly color: boolean;
}

/** Reads variables: Deno.env, or a stand-in. */
interface Environment {
  get(name: string): string | undefined;
}

/** How a text stands out. */
export type Tone = "bold" | "dim" | "cyan" | "green" | "yellow" | "red";

/** Says what can be shown where `isTerminal` tells whether anybody sees it at once. */
export function inspectTerminal(isTerminal: boolean, env: Environment): Terminal {
  const isCi = !["", "0", "false"].includes((env.get("CI") ?? "").toLowerCase());
  const live = isTerminal && !isCi && env.get("TERM") !== "dumb";
  return { live, color: live && !env.get("NO_COLOR") };
}

/** Gives a text its tone where there are colours. */
export function tint(terminal: Terminal, tone: Tone, text: string): string {
  return terminal.color ? styleText(tone, text, { validateStream: false }) : text;
}
