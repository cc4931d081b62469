/** The states of a run. */

/** States, in the order of the API. */
export const RUN_STATES = [
  "QUEUED",
  "RUNNING",
  "PAUSING",
  "PAUSED",
  "CANCELLING",
  "CANCELLED",
  "COMPLETED",
  "FAILED",
  "INTERRUPTED",
] as const;
export type RunState = (typeof RUN_STATES)[number];

/** States in which a worker trains a run. */
export const TRAINING_STATES = [
  "RUNNING",
  "PAUSING",
  "CANCELLING",
] as const satisfies readonly RunState[];

/** States in which a run waits for its turn. */
export const WAITING_STATES = ["QUEUED", "INTERRUPTED"] as const satisfies readonly RunState[];

/** Returns whether a run waits for its turn. */
export function isWaiting(state: RunState): boolean {
  return WAITING_STATES.some((waiting) => waiting === state);
}

/** Returns true if no worker appends anything more, unless a client resumes the run. */
export function isFinished(state: RunState): boolean {
  return state === "CANCELLED" || state === "COMPLETED" || state === "FAILED";
}

/** Says that a run is in a state that a request does not fit: "Run 'a' is already completed." */
export function alreadyIn(state: RunState, name: string): string {
  if (state === "PAUSING" || state === "CANCELLING") return `Run '${name}' is ${inWords(state)}.`;
  return `Run '${name}' ${state === "FAILED" ? "has" : "is"} already ${inWords(state)}.`;
}

/** Says that a run has not ended: "Run 'a' is still running." */
export function stillIn(state: RunState, name: string): string {
  return `Run '${name}' is still ${inWords(state)}.`;
}

function inWords(state: RunState): string {
  const word = state.toLowerCase();
  return state === "PAUSING" || state === "CANCELLING"
    ? `being ${word.replace("ing", "ed")}`
    : word;
}
