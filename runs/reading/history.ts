/**
 * A run's history: what was trained, on what, and how it went, epoch by epoch. It is what history.json
 * holds, complete enough to train the run again or to draw it elsewhere. Field names are those of the API.
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
  /** The spec as it was trained in the end: a run may have been continued. */
  readonly spec: Omit<TrainingSpec, "version" | "network" | "optimizer">;
  readonly device: string | null;
  readonly engine: string | null;
  /** Times are RFC 3339. */
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  /** Without what takes a table: the confusion matrix is drawn, and in the log. */
  readonly epochs: readonly Omit<RunEvent<"epoch">, "type" | "runId" | "confusion">[];
}

/** Puts a run's history together. */
export function historyOf(
  { id, name, spec: wholeSpec, createdAt, snapshot }: Run,
  epochs: readonly RunEvent<"epoch">[],
): History {
  // The file names the recipe, as the API does.
  const { version: _version, network: _network, optimizer: _optimizer, ...spec } = wholeSpec;
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

/** A history as the text of a file. */
export function historyJson(history: History): string {
  return JSON.stringify(history, null, 2) + "\n";
}
