/** The log of a worker, for the people who run it. */

/** The levels of a worker's log lines. */
export type LogLevel = "info" | "warning" | "error";

/** Receives a line of a worker's log, and the run that it is about, if it is about one. */
export type WorkerLog = (
  level: LogLevel,
  message: string,
  about?: { readonly runId: string },
) => void;
