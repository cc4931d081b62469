/**
 * The worker threads of a DataLoader: starts them, hands out tasks, collects replies, ends them. It knows what a
 * task is, not what is loaded.
 */
import { Worker } from "node:worker_threads";
import type { Assignment, Reply, Task } from "./message.ts";

/** Message from a worker, or its end. */
export type PoolMessage = Reply | {
  /** A worker ended by itself, with everything it had to do. */
  readonly type: "died";
  readonly worker: number;
  readonly reason: string;
};

/** Running workers. */
export interface Pool {
  readonly size: number;
  send(worker: number, task: Task): void;
  /**
   * Returns the next message of any worker.
   * @returns undefined if nothing came in time
   * @param timeoutMs how long to wait; 0: without limit
   */
  next(timeoutMs: number): Promise<PoolMessage | undefined>;
  /** While held, the workers keep the process alive. They start held. */
  hold(held: boolean): void;
  stop(): Promise<void>;
}

/** Starts a worker for each assignment. */
export function startPool(assignments: readonly Assignment[]): Pool {
  const messages: PoolMessage[] = [];
  let arrived = () => {};
  let stopping = false;
  const push = (item: PoolMessage) => {
    messages.push(item);
    arrived();
  };
  const workers = assignments.map((assignment, id) => {
    const worker = new Worker(new URL("./worker.ts", import.meta.url), { workerData: assignment });
    let reason = "no reason given";
    worker.on("message", push);
    worker.on("error", (error: unknown) => {
      reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    });
    worker.on("exit", (code) => {
      if (stopping) return;
      const why = reason === "no reason given" ? `exit code ${code}` : reason;
      push({ type: "died", worker: id, reason: why });
    });
    return worker;
  });
  return {
    size: workers.length,
    send: (worker, task) => workers[worker]?.postMessage(task),
    async next(timeoutMs) {
      if (messages.length === 0) {
        const { promise, resolve } = Promise.withResolvers<void>();
        arrived = resolve;
        const timer = timeoutMs > 0 ? setTimeout(resolve, timeoutMs) : undefined;
        await promise;
        clearTimeout(timer);
      }
      return messages.shift();
    },
    hold(held) {
      for (const worker of workers) held ? worker.ref() : worker.unref();
    },
    async stop() {
      stopping = true;
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}
