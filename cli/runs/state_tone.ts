/** Colours of runs' states. */
import type { RunState } from "../../runs/log/state.ts";
import type { Tone } from "../terminal/terminal.ts";

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
