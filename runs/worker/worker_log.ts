/** The log of a worker, for the people who run it. */

/** The levels of a worker's log lines. */
export type LogLevel = "info" | "warning" | "error";

/** Receives a line of a worker's log, with the run that it concerns, if any. */
export type WorkerLog = (
  level: LogLevel,
  message: string,
  about?: { readonly runId: string },
) => void;
