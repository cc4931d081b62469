/**
 * Reports problems that delay an attempt to the worker's registration, the worker's log and the run's log: once when
 * they begin and once when they end.
 */
import type { RunEventBody } from "../log/event.ts";
import type { LogLevel } from "./worker_log.ts";

/** The problems of an attempt, by their source. Null means that the problem has ended. */
export interface ProblemReports {
  /** The log cannot be written; the training continues meanwhile. */
  logProblem(message: string | null): void;
  /** The checkpoint store or the attempt's folder is unavailable; the training waits. */
  storeProblem(message: string | null): void;
  /** The trainer cannot write its checkpoint; the training waits. */
  diskProblem(message: string | null): void;
  /** Returns the trainer's disk problem, if it has one. */
  readonly currentDiskProblem: string | null;
}

/** Receivers of the reports. */
export interface ProblemReceivers {
  readonly runName: string;
  /** Receives the problem to list for the worker. */
  readonly onProblem: (message: string | null) => void;
  readonly log: (level: LogLevel, message: string) => void;
  /** Adds a line to the run's log. */
  readonly addEvent: (event: RunEventBody) => void;
}

/** Creates the reports of one attempt. */
export function createProblemReports(
  { runName, onProblem, log, addEvent }: ProblemReceivers,
): ProblemReports {
  let inLog: string | null = null;
  let atStore: string | null = null;
  let atDisk: string | null = null;
  let reported: string | null = null;
  const list = () => onProblem(inLog ?? reported);

  const reportWaiting = () => {
    const message = atDisk ?? atStore;
    if (message === reported) return;
    reported = message;
    list();
    const level = message === null ? "info" : "error";
    const text = message === null
      ? "Training continues."
      : `${message} The training waits until then.`;
    log(level, `'${runName}': ${text}`);
    addEvent({ type: "log", level, message: text });
  };

  return {
    logProblem(message) {
      inLog = message;
      list();
      if (message === null) log("info", `The log of '${runName}' is being written again.`);
      else log("error", `${message} The training of '${runName}' continues meanwhile.`);
    },
    storeProblem(message) {
      atStore = message;
      reportWaiting();
    },
    diskProblem(message) {
      atDisk = message;
      reportWaiting();
    },
    get currentDiskProblem() {
      return atDisk;
    },
  };
}
