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

interface StateBadgeProps {
  readonly state: RunState;
  /** Why a completed run has learned nothing, if so. */
  readonly warning: string | null;
}

/** A badge with the state; a run with a warning is 'chance level'. */
export function StateBadge({ state, warning }: StateBadgeProps) {
  const [tone, text] = warning === null
    ? [TONES[state], state.toLowerCase()]
    : ["waiting", "chance level"];
  return <span className="badge" data-tone={tone} title={warning ?? undefined}>{text}</span>;
}
