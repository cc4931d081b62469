/** The end of `deno task train`: what it prints last, and its exit codes. */
import { errorMessage } from "../../lib/error_message.ts";
import { count } from "../../lib/format.ts";
import { guessingWarning } from "../../runs/log/guessing.ts";
import type { RunSnapshot } from "../../runs/log/snapshot.ts";
import type { Interrupts } from "../terminal/interrupts.ts";
import type { Report } from "../terminal/report.ts";
import type { EndedRun } from "./run_to_end.ts";

/** Exit codes of the program. */
export const DONE = 0;
export const FAILED = 1;
export const WRONG_INPUT = 2;

/** Prints how the run ended. */
export function conclude(
  { run, epochs, problem }: EndedRun,
  report: Report,
  interrupts: Interrupts,
): number {
  const { id, snapshot } = run;
  const warning = guessingWarning(run);
  if (problem !== undefined) {
    report.note(errorMessage(problem), "red");
  }
  switch (snapshot.state) {
    case "COMPLETED":
      report.conclude("Done", epochs, warning === null ? "green" : "yellow");
      if (warning !== null) report.note(warning, "yellow");
      return DONE;
    case "CANCELLED":
      report.conclude("Cancelled by another", epochs, "yellow");
      return interrupts.exitCode() ?? FAILED;
    case "FAILED":
      if (snapshot.error !== null && !report.hasTold(snapshot.error)) {
        report.note(snapshot.error, "red");
      }
      report.conclude("Failed", epochs, "red");
      return FAILED;
    case "PAUSED":
      report.conclude("Paused", epochs, "yellow");
      report.note(
        `${
          savedUpTo(snapshot)
        } Resume with: deno task train --resume ${id}, or Resume on the page.`,
      );
      return interrupts.exitCode() ?? FAILED;
    case "INTERRUPTED":
      report.conclude("Stopped", epochs, "yellow");
      report.note(
        `${
          savedUpTo(snapshot)
        } The next worker continues from there: deno task train --resume ${id}. ` +
          `To end the run instead: deno task runs cancel ${id}`,
      );
      return interrupts.exitCode() ?? FAILED;
    case "QUEUED":
    case "RUNNING":
    case "PAUSING":
    case "CANCELLING":
      report.conclude(interrupts.signal.aborted ? "Stopped" : "Not finished", epochs, "yellow");
      return interrupts.exitCode() ?? FAILED;
    default:
      return snapshot.state satisfies never;
  }
}

function savedUpTo({ lastCheckpoint, steps }: RunSnapshot): string {
  return lastCheckpoint === null || steps === null
    ? "No step of it is saved yet."
    : `It is saved up to step ${count(lastCheckpoint.step)} of ${count(steps)}.`;
}
