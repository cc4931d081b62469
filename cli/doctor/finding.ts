/** What the doctor finds, and how a terminal shows it. */
import { type Terminal, tint, type Tone } from "../train/terminal.ts";

/** One thing that was looked at. */
export interface Finding {
  /** What was looked at: 'TensorFlow'. */
  readonly label: string;
  /**
   * - good: there and working.
   * - bad: needed, and missing or broken.
   * - warning: works, but something is to be said.
   * - absent: not there and not needed.
   */
  readonly state: "good" | "bad" | "warning" | "absent";
  /** What was found. */
  readonly text: string;
  /** What to do about it. */
  readonly advice?: string;
}

const SIGNS: Readonly<Record<Finding["state"], { readonly sign: string; readonly tone: Tone }>> = {
  good: { sign: "✓", tone: "green" },
  bad: { sign: "✗", tone: "red" },
  warning: { sign: "!", tone: "yellow" },
  absent: { sign: "–", tone: "dim" },
};

/** A finding as lines; labels are `width` characters wide. */
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

/** The last line: whether anything that is needed is missing. */
export function showVerdict(findings: readonly Finding[], terminal: Terminal): string {
  const bad = findings.filter(({ state }) => state === "bad").length;
  if (bad === 0) return tint(terminal, "green", "All that is needed is there.");
  return tint(
    terminal,
    "red",
    `${bad} of what is needed ${bad === 1 ? "is" : "are"} missing or broken.`,
  );
}
