/** The differences between SQL databases, as the store needs them. */
import type { RawBuilder, SelectQueryBuilder, Transaction } from "kysely";
import type { Tables } from "./tables.ts";

/** A database of the SQL store. */
export interface SqlEngine {
  /** The database's clock: milliseconds since 1970, a whole number. */
  readonly now: RawBuilder<number>;
  /** Locks the selected rows until the transaction ends. `skip` leaves out rows that are locked. */
  lock<Table extends keyof Tables, Row>(
    query: SelectQueryBuilder<Tables, Table, Row>,
    mode: "wait" | "skip",
  ): SelectQueryBuilder<Tables, Table, Row>;
  /** Makes transactions commit in the order in which they number their changes. */
  orderChanges(transaction: Transaction<Tables>): Promise<void>;
  /** Notifies readers in other processes of these topics when the transaction commits. */
  notify(transaction: Transaction<Tables>, topics: readonly string[]): Promise<void>;
  /** Translates an error of the database for people. */
  explain(error: unknown): unknown;
  mark(): number;
  /** Wakes the readers in this process. */
  wake(topics: readonly string[]): void;
  wait(mark: number, signal: AbortSignal, topic?: string): Promise<void>;
  close(): Promise<void>;
}
