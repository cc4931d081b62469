/** Converts rows of the tables to runs, and back. */
import type { Selectable } from "kysely";
import type { TrainingSpec } from "../../../ml/spec/spec.ts";
import { UnsupportedSpecError, upgradeSpec } from "../../../ml/spec/upgrade.ts";
import { fromJson } from "../../log/codec.ts";
import { orderValue, type RunOrderField } from "../run_order.ts";
import { searchText } from "../search.ts";
import { type CheckpointInfo, EMPTY_SNAPSHOT, type RunSnapshot } from "../../log/snapshot.ts";
import type { Run } from "../../log/run.ts";
import { StoreUnavailableError } from "../errors.ts";
import type { LookupsTable, RunRow } from "./tables.ts";

/** The columns of a run. */
export type RunColumns = Pick<
  RunRow,
  "id" | "name" | "spec" | "started_by" | "created_at" | "snapshot"
>;

/**
 * Converts a row to a run.
 *
 * @throws {StoreUnavailableError} if a newer version has written its spec
 */
export function toRun(row: RunColumns): Run {
  const snapshot = parseSnapshot(row);
  return {
    id: row.id,
    name: snapshot.name ?? row.name,
    originalName: row.name,
    spec: readSpec(row),
    startedBy: row.started_by,
    createdAt: toTime(row.created_at),
    snapshot,
  };
}

function readSpec({ name, spec }: Pick<RunRow, "name" | "spec">): TrainingSpec {
  try {
    return upgradeSpec(JSON.parse(spec));
  } catch (error) {
    if (!(error instanceof UnsupportedSpecError)) throw error;
    throw new StoreUnavailableError(`Cannot read the run '${name}': ${error.message}`, {
      cause: error,
    });
  }
}

/** Parses the snapshot of a row. Fields that it was stored without are those of a new run. */
export function parseSnapshot(row: Pick<RunRow, "snapshot">): RunSnapshot {
  // Older versions stored fewer fields.
  const snapshot = { ...EMPTY_SNAPSHOT, ...fromJson(row.snapshot) as Partial<RunSnapshot> };
  const { lastCheckpoint } = snapshot;
  return {
    ...snapshot,
    checkpoints: snapshot.checkpoints.map(withName),
    lastCheckpoint: lastCheckpoint && withName(lastCheckpoint),
  };
}

function withName(checkpoint: Omit<CheckpointInfo, "name"> & Partial<CheckpointInfo>) {
  return { ...checkpoint, name: checkpoint.name ?? null };
}

/** Returns the values by which a run is found and sorted. */
export function lookupOf(run: Run): Omit<Selectable<LookupsTable>, "run"> {
  const text = (field: RunOrderField) => orderValue(run, field) as string;
  const number = (field: RunOrderField) => orderValue(run, field) as number | null;
  return {
    search_text: searchText(run),
    name_key: text("NAME"),
    state: text("STATE"),
    network_key: text("NETWORK"),
    dataset_key: text("DATASET"),
    seconds: number("DURATION"),
    best_test_acc: number("BEST_TEST_ACC"),
    test_acc: number("TEST_ACC"),
    test_loss: number("TEST_LOSS"),
    train_acc: number("TRAIN_ACC"),
    train_loss: number("TRAIN_LOSS"),
  };
}

/**
 * Converts a client's id to text that every database accepts: PostgreSQL allows no U+0000, and no
 * id has one.
 */
export function toKey(id: string): string {
  return id.replaceAll("\0", "\ufffd");
}

/** @param milliseconds since 1970 */
export function toTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
