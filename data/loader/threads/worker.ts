/**
 * A worker thread of a DataLoader: imports the module of its order, loads the requested batches and
 * sends them back. Started by pool.ts only.
 */
import { parentPort, workerData } from "node:worker_threads";
import { defaultCollate, defaultConvert } from "../collate.ts";
import { type AnyDataset, createFetcher, type Fetcher, type FetchPlan } from "../fetcher.ts";
import { isTensorData } from "../../tensor.ts";
import type { Assignment, Failure, Reply, Task } from "./message.ts";
import { setWorkerInfo } from "./worker_info.ts";

const assignment: Assignment = workerData;
const planning = plan(assignment);
// A failure is reported in the reply to the first task.
planning.catch(() => {});

let pass = -1;
let fetcher: Fetcher | undefined;
let queue = Promise.resolve();
parentPort?.on("message", (task: Task) => queue = queue.then(() => work(task)));

async function work(task: Task): Promise<void> {
  try {
    const plan = await planning;
    if (fetcher === undefined || task.pass !== pass) {
      pass = task.pass;
      fetcher = createFetcher(plan, task.epoch);
    }
    const fetched = await fetcher.fetch(task.wanted);
    if (fetched.done) {
      send({ type: "ended", task: task.task });
      return;
    }
    const moved: ArrayBuffer[] = [];
    const batch = pack(fetched.batch, moved);
    send({ type: "batch", task: task.task, batch }, moved);
  } catch (error) {
    send({ type: "failed", task: task.task, error: failure(error) });
  }
}

function send(reply: Reply, moved: readonly ArrayBuffer[] = []): void {
  try {
    parentPort?.postMessage(reply, [...moved]);
  } catch (error) {
    throw new TypeError(
      `Cannot send a batch to the main thread: it must be plain data, got: ${
        failure(error).message
      }`,
      { cause: error },
    );
  }
}

async function plan(
  { id, numWorkers, seed, batched, dropLast, ...names }: Assignment,
): Promise<FetchPlan> {
  setWorkerInfo({ id, numWorkers, seed, dataset: undefined });
  const exports: { readonly [name: string]: unknown } = await import(names.module);
  const dataset = exports[names.dataset] as AnyDataset;
  setWorkerInfo({ id, numWorkers, seed, dataset });
  if (names.workerInitFn !== undefined) {
    await (exports[names.workerInitFn] as (id: number) => unknown)(id);
  }
  const collate = names.collateFn === undefined
    ? batched ? (samples: unknown) => defaultCollate(samples as unknown[]) : defaultConvert
    : exports[names.collateFn] as (samples: unknown) => unknown;
  return { dataset, batched, dropLast, collate };
}

/**
 * Copies a batch so that its arrays can be moved to the other thread. They may be views of the dataset, which must
 * stay here; sent as they are, each would take all the memory behind it along.
 */
function pack(value: unknown, moved: ArrayBuffer[]): unknown {
  if (isTensorData(value)) {
    const copy = value.slice();
    if (copy.buffer instanceof ArrayBuffer) moved.push(copy.buffer);
    return copy;
  }
  if (Array.isArray(value)) return value.map((element) => pack(element, moved));
  if (typeof value !== "object" || value === null) return value;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, element]) => [key, pack(element, moved)]),
  );
}

function failure(error: unknown): Failure {
  if (!(error instanceof Error)) return { name: "Error", message: String(error), stack: "" };
  return { name: error.name, message: error.message, stack: error.stack ?? "" };
}
