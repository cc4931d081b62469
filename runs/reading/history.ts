/**
 * A run's history for history.json: its spec and the metrics of its epochs, complete enough to repeat the
 * run or to plot it elsewhere. Field names are those of the API.
 */
import type { TrainingSpec } from "../../ml/spec/spec.ts";
import { epochsOf } from "../log/snapshot.ts";
import type { Run } from "../log/run.ts";
import type { RunEvent } from "../log/event.ts";
import type { RunState } from "../log/state.ts";

/** A run's history. */
export interface History {
  readonly id: string;
  readonly name: string;
  readonly tags: readonly string[];
  readonly note: string | null;
  readonly state: RunState;
  readonly error: string | null;
  /** The final spec: a run may have been extended. */
  readonly spec: Omit<TrainingSpec, "version">;
  readonly device: string | null;
  readonly engine: string | null;
  /** Times are RFC 3339. */
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  /** Without the confusion matrix, which is in the log. */
  readonly epochs: readonly Omit<RunEvent<"epoch">, "type" | "runId" | "confusion">[];
}

/** Builds the history of a run. */
export function historyOf(
  { id, name, spec: wholeSpec, createdAt, snapshot }: Run,
  epochs: readonly RunEvent<"epoch">[],
): History {
  const { version: _version, ...spec } = wholeSpec;
  const { tags, note, state, error, device, engine, startedAt, endedAt } = snapshot;
  return {
    id,
    name,
    tags,
    note,
    state,
    error,
    spec: { ...spec, epochs: epochsOf({ spec, snapshot }) },
    device,
    engine,
    createdAt,
    startedAt,
    endedAt,
    epochs: epochs.map(({ type: _type, runId: _runId, confusion: _confusion, ...epoch }) => epoch),
  };
}

/** Formats a history as the text of a file. */
export function historyJson(history: History): string {
  return JSON.stringify(history, null, 2) + "\n";
}
