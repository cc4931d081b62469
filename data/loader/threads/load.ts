/**
 * One pass over a dataset by worker threads, in the order and with as much prefetching as PyTorch's: a task goes to
 * the workers in turn, and never are more than prefetchFactor tasks a worker under way or waiting to be taken.
 */
import type { Wanted } from "../fetcher.ts";
import type { Failure } from "./message.ts";
import type { Pool } from "./pool.ts";

/** One pass. */
export interface Pass {
  /** Counts the passes that use the pool. */
  readonly pass: number;
  readonly epoch: number;
  readonly wanted: Iterable<Wanted>;
  readonly prefetchFactor: number;
  /** True if batches are yielded in the order of `wanted`. */
  readonly inOrder: boolean;
  /** Maximum wait for the next message of any worker, in seconds; 0 waits indefinitely. */
  readonly timeout: number;
  /** Number of the next task, unique over all passes. */
  readonly counter: { next: number };
}

/** A task that has been handed out. */
interface Outstanding {
  readonly worker: number;
  arrived: { readonly batch: unknown } | { readonly error: Failure } | "ended" | "waiting";
}

/**
 * Loads the batches of a pass.
 * @throws the worker's error, with the worker's number, and its stack as the cause; after a timeout
 * or a death the pool cannot be used any longer, and `onBroken` is called
 */
export async function* loadWithPool(
  pool: Pool,
  { pass, epoch, wanted, prefetchFactor, inOrder, timeout, counter }: Pass,
  onBroken: () => void,
): AsyncGenerator<unknown, void> {
  const source = wanted[Symbol.iterator]();
  const outstanding = new Map<number, Outstanding>();
  const atEnd = new Set<number>();
  let turn = 0;
  const handOut = () => {
    if (atEnd.size === pool.size) return;
    const next = source.next();
    if (next.done === true) return;
    while (atEnd.has(turn)) turn = (turn + 1) % pool.size;
    const task = counter.next++;
    outstanding.set(task, { worker: turn, arrived: "waiting" });
    pool.send(turn, { task, pass, epoch, wanted: next.value });
    turn = (turn + 1) % pool.size;
  };
  try {
    for (let ahead = prefetchFactor * pool.size; ahead > 0; ahead--) handOut();
    for (;;) {
      const ready = nextReady(outstanding, inOrder);
      if (ready === "none") return;
      if (ready !== "waiting") {
        outstanding.delete(ready.task);
        handOut();
        if (ready.arrived === "ended") continue;
        if ("error" in ready.arrived) throw rebuild(ready.arrived.error, ready.worker);
        yield ready.arrived.batch;
        continue;
      }
      const news = await pool.next(timeout * 1000);
      if (news === undefined) {
        onBroken();
        throw new Error(
          `Cannot load a batch: a worker must give one within ${timeout} s (timeout), got none. ` +
            "Raise timeout, or look for what the dataset waits for.",
        );
      }
      if (news.type === "died") {
        onBroken();
        throw new Error(
          `Cannot load a batch: worker ${news.worker} ended unexpectedly (${news.reason}).`,
        );
      }
      const task = outstanding.get(news.task);
      // What an earlier pass had asked for and no longer wants.
      if (task === undefined) continue;
      switch (news.type) {
        case "batch":
          task.arrived = { batch: news.batch };
          break;
        case "ended":
          task.arrived = "ended";
          atEnd.add(task.worker);
          break;
        case "failed":
          task.arrived = { error: news.error };
          break;
        default:
          news satisfies never;
      }
    }
  } finally {
    source.return?.();
  }
}

function nextReady(
  outstanding: ReadonlyMap<number, Outstanding>,
  inOrder: boolean,
): "none" | "waiting" | {
  readonly task: number;
  readonly worker: number;
  readonly arrived: Exclude<Outstanding["arrived"], "waiting">;
} {
  if (outstanding.size === 0) return "none";
  for (const [task, { worker, arrived }] of outstanding) {
    if (arrived !== "waiting") return { task, worker, arrived };
    if (inOrder) return "waiting";
  }
  return "waiting";
}

/** Rebuilds the worker's error in this thread, with the same built-in type. */
function rebuild({ name, message, stack }: Failure, worker: number): Error {
  const text = `${message} (in worker ${worker} of the DataLoader)`;
  const cause = new Error(message);
  cause.stack = stack;
  const error = name === "TypeError"
    ? new TypeError(text, { cause })
    : name === "RangeError"
    ? new RangeError(text, { cause })
    : new Error(text, { cause });
  error.name = name;
  return error;
}
