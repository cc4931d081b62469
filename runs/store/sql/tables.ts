/**
 * The tables of every SQL store, as Kysely types. Times are milliseconds since 1970 by the database's clock;
 * JSON is text, as nothing looks inside it.
 */
import type { ColumnType, Generated, Selectable } from "kysely";
import type { Device } from "../../../ml/spec/spec.ts";
import type { RunEventType } from "../../log/event.ts";
import type { RunState } from "../../log/state.ts";

/** A column that is set once. */
type Fixed<T> = ColumnType<T, T, never>;

/** All tables. */
export interface Tables {
  readonly runs: RunsTable;
  readonly events: EventsTable;
  readonly changes: ChangesTable;
  readonly lookups: LookupsTable;
  readonly tags: TagsTable;
  readonly workers: WorkersTable;
}

/** One row a run: its spec, the fold over its log, and who may append to it. */
export interface RunsTable {
  /** The order in which runs were written down. */
  readonly number: Generated<number>;
  readonly id: Fixed<string>;
  /** The first name. */
  readonly name: Fixed<string>;
  /** JSON of a TrainingSpec of any version. */
  readonly spec: Fixed<string>;
  /** The spec's device, to look for. */
  readonly device: Fixed<Device>;
  readonly idempotency_key: Fixed<string | null>;
  readonly started_by: Fixed<string | null>;
  readonly created_at: Fixed<number>;
  /** JSON of RunSnapshot. */
  readonly snapshot: string;
  /** The snapshot's state, to look for. */
  readonly state: RunState;
  /** The worker that may append, or that may claim first. */
  readonly lease_owner: string | null;
  /** Until when nobody else may claim it; 0 where there is no lease. */
  readonly lease_until: number;
  /** Grows with each claim. */
  readonly fence: number;
  /** The number of the last append under this fence. */
  readonly appends: number;
}
export type RunRow = Selectable<RunsTable>;

/** The log. */
export interface EventsTable {
  /** runs.number */
  readonly run: Fixed<number>;
  readonly seq: Fixed<number>;
  readonly at: Fixed<number>;
  readonly type: Fixed<RunEventType>;
  /** JSON of RunEventBody. */
  readonly body: Fixed<string>;
  /** The last step that a `batches` event tells of. */
  readonly last_step: Fixed<number | null>;
}

/** Every change of every run's state. */
export interface ChangesTable {
  readonly change: Generated<number>;
  /** runs.number */
  readonly run: Fixed<number>;
  /** JSON of RunSnapshot, right after the change. */
  readonly snapshot: Fixed<string>;
}

/**
 * Values by which runs are found and sorted, one row a run, derived from the snapshots. A table of
 * its own, so that searches need not read snapshots.
 */
export interface LookupsTable {
  /** runs.number */
  readonly run: Fixed<number>;
  readonly name_key: string;
  readonly best_test_acc: number | null;
  readonly test_acc: number | null;
  readonly test_loss: number | null;
  readonly train_acc: number | null;
  readonly train_loss: number | null;
  readonly search_text: string;
}

/** The snapshots' tags, to look for. */
export interface TagsTable {
  /** runs.number */
  readonly run: Fixed<number>;
  readonly tag: Fixed<string>;
}

/** Registered workers. */
export interface WorkersTable {
  readonly id: Fixed<string>;
  readonly seen_at: number;
  /** JSON of WorkerInfo without seenAt. */
  readonly info: string;
}
