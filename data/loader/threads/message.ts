/** Messages between a DataLoader and its worker threads. */
import type { Wanted } from "../fetcher.ts";

/** Tells a new worker what it works on. Functions cannot cross threads, names of a module's exports can. */
export interface Assignment {
  /** The module that exports the dataset, as an absolute address. */
  readonly module: string;
  readonly dataset: string;
  /** The export that puts samples together; default: defaultCollate or defaultConvert. */
  readonly collateFn?: string;
  /** The export that is called once before the first batch. */
  readonly workerInitFn?: string;
  readonly batched: boolean;
  readonly dropLast: boolean;
  /** From 0. */
  readonly id: number;
  readonly numWorkers: number;
  /** A seed of this worker's own. */
  readonly seed: number;
}

/** Asks a worker for a batch. */
export interface Task {
  /** Counts the tasks of all workers. */
  readonly task: number;
  /** Counts the passes over the dataset: a new one starts an iterable-style dataset again. */
  readonly pass: number;
  readonly epoch: number;
  readonly wanted: Wanted;
}

/** Result of a task. */
export type Reply =
  | { readonly type: "batch"; readonly task: number; readonly batch: unknown }
  /** The worker's copy of an iterable-style dataset is at its end. */
  | { readonly type: "ended"; readonly task: number }
  | { readonly type: "failed"; readonly task: number; readonly error: Failure };

/** An error, as far as it can cross threads. */
export interface Failure {
  readonly name: string;
  readonly message: string;
  readonly stack: string;
}
