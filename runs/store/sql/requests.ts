/** Control requests of clients: pause, resume, cancel. */
import { SPEC_FIELDS } from "../../../ml/spec/fields.ts";
import { InvalidSpecError, specProblem } from "../../../ml/spec/spec.ts";
import { isDivergence } from "../../../ml/training/diverged.ts";
import { allows } from "../../log/fold.ts";
import { epochsOf } from "../../log/snapshot.ts";
import { ConflictError } from "../../log/errors.ts";
import type { RunEventBody } from "../../log/event.ts";
import { traced } from "../../log/traced.ts";
import { alreadyIn, type RunState } from "../../log/state.ts";
import type { ControlRequest, RequestOptions } from "../store.ts";
import { HELD, type LockedRun } from "./append.ts";
import { hasLease, leaseExpiredReason } from "./leases.ts";
import { toRun } from "./rows.ts";

/**
 * Returns the events that a request appends to a run.
 * @returns none if it was already requested
 * @throws {ConflictError} if the run's state does not allow it
 * @throws {InvalidSpecError} if it is resumed with an invalid number of epochs
 */
export function requestEvents(
  request: ControlRequest,
  row: LockedRun,
  options: RequestOptions,
): readonly RunEventBody[] {
  const isHeld = HELD.includes(row.state) && hasLease(row);
  switch (request) {
    case "pause":
      return answerPause(row, isHeld);
    case "resume":
      return row.state === "PAUSING" && !isHeld
        // Its worker died before it paused the run.
        ? [
          { type: "paused", reason: leaseExpiredReason(row) },
          ...answerResume("PAUSED", row, options),
        ]
        : answerResume(row.state, row, options);
    case "cancel":
      if (row.state === "CANCELLING") return isHeld ? [] : [{ type: "cancelled" }];
      if (!allows(row.state, "cancelRequested")) {
        throw new ConflictError(alreadyIn(row.state, row.name));
      }
      return isHeld
        ? [{ type: "cancelRequested" }]
        : [{ type: "cancelRequested" }, { type: "cancelled" }];
    default:
      return request satisfies never;
  }
}

function answerPause(row: LockedRun, isHeld: boolean): readonly RunEventBody[] {
  switch (row.state) {
    case "PAUSED":
      return [];
    case "PAUSING":
      return isHeld ? [] : [{ type: "paused", reason: leaseExpiredReason(row) }];
    case "QUEUED":
    case "INTERRUPTED":
      return [{ type: "pauseRequested" }, { type: "paused", reason: null }];
    case "RUNNING":
      return isHeld ? [{ type: "pauseRequested" }] : [
        { type: "interrupted", reason: leaseExpiredReason(row), crashed: true },
        { type: "pauseRequested" },
        { type: "paused", reason: null },
      ];
    case "CANCELLING":
    case "CANCELLED":
    case "COMPLETED":
    case "FAILED":
      throw new ConflictError(alreadyIn(row.state, row.name));
    default:
      return row.state satisfies never;
  }
}

function answerResume(
  state: RunState,
  row: LockedRun,
  { epochs = null, traceparent }: RequestOptions,
): readonly RunEventBody[] {
  if (!allows(state, "resumeRequested")) {
    throw new ConflictError(alreadyIn(state, row.name));
  }
  const run = toRun(row);
  if (state === "FAILED" && isDivergence(run.snapshot.error)) {
    throw new ConflictError(
      `Run '${row.name}' has diverged, and would at the same step again. Start it again with a lower learning rate.`,
    );
  }
  // After early stopping there are epochs left.
  const isCompleted = state === "COMPLETED" && !run.snapshot.stoppedEarly;
  const planned = epochsOf(run);
  if (isCompleted && epochs === null) {
    throw new ConflictError(
      `${alreadyIn(state, row.name)} Name more than its ${planned} epochs to continue it.`,
    );
  }
  const least = isCompleted ? planned + 1 : planned;
  const { max } = SPEC_FIELDS.epochs.rule;
  if (epochs !== null && !(Number.isInteger(epochs) && epochs >= least && epochs <= max)) {
    throw new InvalidSpecError([
      specProblem("epochs", epochs, `between ${least} and ${max} for this run`),
    ]);
  }
  return [{ type: "resumeRequested", epochs, ...traced(traceparent) }];
}
