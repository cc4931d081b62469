/** States of runs: their words and their colours. */
import type { RunState } from "../../runs/log/state.ts";
import type { Tone } from "../terminal/terminal.ts";

/** Writes a state in a sentence: 'is being cancelled'. */
export function stateText(state: RunState): string {
  return state === "CANCELLING" ? "being cancelled" : state.toLowerCase();
}

/** Returns the colour of a state; undefined for that of other text. */
export function toneOf(state: RunState): Tone | undefined {
  switch (state) {
    case "RUNNING":
      return "cyan";
    case "COMPLETED":
      return "green";
    case "FAILED":
      return "red";
    case "PAUSING":
    case "PAUSED":
    case "CANCELLING":
    case "INTERRUPTED":
      return "yellow";
    case "QUEUED":
      return undefined;
    case "CANCELLED":
      return "dim";
    default:
      return state satisfies never;
  }
}
