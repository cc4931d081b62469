/** Readiness of the server for orchestrators (/readyz), with a message for each problem. */
import { errorMessage } from "../../lib/error_message.ts";
import type { RunStore } from "../../runs/store/store.ts";
import { deadline } from "../../lib/deadline.ts";
import { READINESS_TIMEOUT_MS } from "../timeouts.ts";

/** Response of /readyz: 'ok' or the problem of each part. */
export interface Readiness {
  readonly ready: boolean;
  readonly server: string;
  readonly store: string;
  readonly worker: string;
}

/** Sources of readiness. */
export interface ReadinessSources {
  readonly store: RunStore;
  /** Returns whether the server is stopping. */
  isStopping(): boolean;
  /** True if readiness requires a live worker. */
  readonly needsWorker: boolean;
  /** Returns the problem of this server's workers, if it is known. */
  workerProblem(): string | undefined;
}

const OK = "ok";

/** Checks everything that a training needs. */
export async function checkReadiness(sources: ReadinessSources): Promise<Readiness> {
  const server = sources.isStopping() ? "is stopping" : OK;
  let store = OK;
  let worker = OK;
  try {
    const workers = await inTime(sources.store.workers());
    await inTime(sources.store.checkWritable());
    if (workers.length === 0) {
      worker = sources.workerProblem() ?? "no worker is alive; 'deno task worker' starts one";
    }
  } catch (error) {
    store = errorMessage(error);
    worker = "is not known, as the store cannot be used";
  }
  const needed = sources.needsWorker ? [server, store, worker] : [server, store];
  return { ready: needed.every((check) => check === OK), server, store, worker };
}

/** Returns whether the server can predict: that needs no workers. */
export function canPredict({ server, store }: Readiness): boolean {
  return server === OK && store === OK;
}

function inTime<T>(work: Promise<T>): Promise<T> {
  return deadline(READINESS_TIMEOUT_MS, work, () => {
    throw new Error(`does not answer within ${READINESS_TIMEOUT_MS / 1000} s`);
  });
}
