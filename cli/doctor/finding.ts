/** The doctor's findings, and their form in a terminal. */
import { type Terminal, tint, type Tone } from "../terminal/terminal.ts";

/** The result of a check. */
export interface Finding {
  /** Its subject: 'TensorFlow'. */
  readonly label: string;
  /**
   * - good: present and working.
   * - bad: required, and missing or broken.
   * - warning: working, with a caveat.
   * - absent: missing and optional.
   */
  readonly state: "good" | "bad" | "warning" | "absent";
  /** The finding in words. */
  readonly text: string;
  /** The remedy. */
  readonly advice?: string;
}

const SIGNS: Readonly<Record<Finding["state"], { readonly sign: string; readonly tone: Tone }>> = {
  good: { sign: "✓", tone: "green" },
  bad: { sign: "✗", tone: "red" },
  warning: { sign: "!", tone: "yellow" },
  absent: { sign: "–", tone: "dim" },
};

/** Formats a finding as lines; labels are `width` characters wide. */
export function showFinding(
  { label, state, text, advice }: Finding,
  width: number,
  terminal: Terminal,
): string {
  const { sign, tone } = SIGNS[state];
  const indent = " ".repeat(width + 6);
  const [first = "", ...more] = text.split("\n");
  const shown = (line: string) => state === "absent" ? tint(terminal, "dim", line) : line;
  return [
    `  ${tint(terminal, tone, sign)} ${tint(terminal, "bold", label.padEnd(width))}  ${
      shown(first)
    }`,
    ...more.map((line) => indent + shown(line)),
    ...(advice === undefined ? [] : [indent + tint(terminal, tone, `→ ${advice}`)]),
  ].join("\n");
}

/** Formats the last line: whether anything required is missing. */
export function showVerdict(findings: readonly Finding[], terminal: Terminal): string {
  const bad = findings.filter(({ state }) => state === "bad").length;
  if (bad === 0) return tint(terminal, "green", "Everything needed is installed.");
  return tint(
    terminal,
    "red",
    `${bad} of what is needed ${bad === 1 ? "is" : "are"} missing or broken.`,
  );
}
