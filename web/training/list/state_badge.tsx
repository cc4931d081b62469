/** A run's state in a word and a colour, never in colour alone. */
import type { RunState } from "../../../runs/log/state.ts";

type Tone = "waiting" | "active" | "good" | "bad" | "quiet";

const TONES: Readonly<Record<RunState, Tone>> = {
  QUEUED: "waiting",
  RUNNING: "active",
  PAUSING: "waiting",
  PAUSED: "waiting",
  CANCELLING: "waiting",
  CANCELLED: "quiet",
  COMPLETED: "good",
  FAILED: "bad",
  INTERRUPTED: "waiting",
};

export function StateBadge({ state }: { readonly state: RunState }) {
  return <span className="badge" data-tone={TONES[state]}>{state.toLowerCase()}</span>;
}
