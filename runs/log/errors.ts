/** Errors of requests and events that do not fit a run's log. */

/** Thrown when a request or an event does not fit the run's state. */
export class ConflictError extends Error {
  override readonly name = "ConflictError";
}

/** Thrown when the run has no such checkpoint, or no longer has it. */
export class NoSuchCheckpointError extends Error {
  override readonly name = "NoSuchCheckpointError";
}
