/**
 * The tables of every SQL store, as Kysely types. Times are milliseconds since 1970 by the database's clock; JSON is
 * text, as no query reads inside it.
 */
import type { ColumnType, Generated, Selectable } from "kysely";
import type { Device } from "../../../ml/spec/spec.ts";
import type { AnnouncedType } from "../../log/announced.ts";
import type { RunEventType } from "../../log/event.ts";
import type { RunState } from "../../log/state.ts";
import type { DisabledReason } from "../webhook_store.ts";

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
  readonly webhooks: WebhooksTable;
  readonly announcements: AnnouncementsTable;
}

/** Runs: spec, snapshot and lease. */
export interface RunsTable {
  /** Order of creation. */
  readonly number: Generated<number>;
  readonly id: Fixed<string>;
  /** Name at creation. */
  readonly name: Fixed<string>;
  /** JSON of a TrainingSpec of any version. */
  readonly spec: Fixed<string>;
  /** Device of the spec, indexed. */
  readonly device: Fixed<Device>;
  /** Name of the spec's dataset without its version, indexed. */
  readonly dataset: Fixed<string>;
  readonly idempotency_key: Fixed<string | null>;
  readonly started_by: Fixed<string | null>;
  readonly created_at: Fixed<number>;
  /** JSON of RunSnapshot. */
  readonly snapshot: string;
  /** State of the snapshot, indexed. */
  readonly state: RunState;
  /** Worker that holds the lease, or for which a new run is reserved. */
  readonly lease_owner: string | null;
  /** End of the lease or reservation; 0 if there is none. */
  readonly lease_until: number;
  /** Length of the lease or reservation; 0 if there is none or it is unknown. */
  readonly lease_ms: number;
  /** Grows with each claim. */
  readonly fence: number;
  /** Number of the last append under this fence. */
  readonly appends: number;
}
export type RunRow = Selectable<RunsTable>;

/** Events. */
export interface EventsTable {
  /** runs.number */
  readonly run: Fixed<number>;
  readonly seq: Fixed<number>;
  readonly at: Fixed<number>;
  readonly type: Fixed<RunEventType>;
  /** JSON of RunEventBody. */
  readonly body: Fixed<string>;
  /** Last step of a `batches` event. */
  readonly last_step: Fixed<number | null>;
}

/** Changes of runs' states and descriptions. */
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
  readonly state: string | null;
  readonly network_key: string | null;
  readonly dataset_key: string | null;
  readonly seconds: number | null;
  readonly search_text: string;
}

/** Tags of the snapshots, indexed. */
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

/** Webhooks: settings, cursor, state of the next delivery, and lease. */
export interface WebhooksTable {
  /** Order of creation. */
  readonly number: Generated<number>;
  readonly id: Fixed<string>;
  readonly url: string;
  /** runs.number; null for all runs. */
  readonly run: Fixed<number | null>;
  /** JSON of AnnouncedType[]. */
  readonly events: string;
  readonly secret: string;
  readonly old_secret: string | null;
  /** End of the time in which the old secret signs, too; 0 if there is none. */
  readonly old_secret_until: number;
  readonly created_by: Fixed<string>;
  readonly created_at: Fixed<number>;
  /** Number of changes by clients. */
  readonly revision: number;
  readonly disabled: DisabledReason | null;
  /** The last event that was delivered or skipped: its seq in the run or, for all runs, its announcement. */
  readonly cursor: number;
  readonly delivered: number;
  readonly last_delivered_at: number | null;
  readonly last_attempt_at: number | null;
  readonly attempts: number;
  readonly failing_since: number | null;
  /** 0 for at once. */
  readonly next_attempt_at: number;
  readonly last_error: string | null;
  /** Token of the claim. */
  readonly lease_owner: string | null;
  readonly lease_until: number;
  readonly lease_ms: number;
}
export type WebhookRow = Selectable<WebhooksTable>;

/** Events that webhooks deliver, in one order over all runs; written while there is a webhook for them. */
export interface AnnouncementsTable {
  readonly number: Generated<number>;
  /** runs.number */
  readonly run: Fixed<number>;
  readonly seq: Fixed<number>;
  readonly type: Fixed<AnnouncedType>;
}
