/** Information of a DataLoader's worker on itself: PyTorch's get_worker_info(). */

/** A worker of a DataLoader. */
export interface WorkerInfo {
  /** From 0 to numWorkers - 1. */
  readonly id: number;
  readonly numWorkers: number;
  /** A seed of this worker's own, from the loader's generator. */
  readonly seed: number;
  /** The worker's own copy of the dataset. */
  readonly dataset: unknown;
}

let current: WorkerInfo | null = null;

/**
 * The worker that this code runs in; null outside of workers. An iterable-style dataset asks it which part of
 * the samples is its own.
 */
export function getWorkerInfo(): WorkerInfo | null {
  return current;
}

/** Said once in a worker, before anything of the user's runs. */
export function setWorkerInfo(info: WorkerInfo): void {
  current = info;
}
