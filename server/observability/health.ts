/**
 * What orchestrators ask: is the process alive (/healthz), and can it do its work (/readyz)? The latter says
 * what is missing, for people.
 */
import { errorMessage } from "../../lib/error_message.ts";
import type { RunStore } from "../../runs/store/store.ts";
import { deadline } from "../../lib/deadline.ts";
import { READINESS_TIMEOUT_MS } from "../timeouts.ts";

/** The answer of /readyz: 'ok', or what is wrong. */
export interface Readiness {
  readonly ready: boolean;
  readonly server: string;
  readonly store: string;
  readonly worker: string;
}

/** What readiness depends on, beside the store. */
export interface ReadinessSources {
  readonly store: RunStore;
  /** Whether the server is being stopped. */
  isStopping(): boolean;
  /** Whether it is ready only when a worker is alive. */
  readonly needsWorker: boolean;
  /** What is wrong with the worker that belongs to this server, if it is known. */
  workerProblem(): string | undefined;
}

const OK = "ok";

/** Looks whether all that a training needs is there. */
export async function checkReadiness(sources: ReadinessSources): Promise<Readiness> {
  const server = sources.isStopping() ? "is stopping" : OK;
  let store = OK;
  let worker = OK;
  try {
    const workers = await deadline(READINESS_TIMEOUT_MS, sources.store.workers(), () => {
      throw new Error(`does not answer within ${READINESS_TIMEOUT_MS / 1000} s`);
    });
    if (workers.length === 0) {
      worker = sources.workerProblem() ?? "no worker is alive; 'deno task worker' starts one";
    }
  } catch (error) {
    store = errorMessage(error);
    worker = "is not known, as the store cannot be read";
  }
  const needed = sources.needsWorker ? [server, store, worker] : [server, store];
  return { ready: needed.every((check) => check === OK), server, store, worker };
}
