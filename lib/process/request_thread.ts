/**
 * Threads that answer requests, so that the event loop is not blocked. A thread starts with the first request and ends
 * after a while without any, which frees its memory. It keeps the process alive only while a request is pending.
 */
import { clearTimeout, setTimeout } from "node:timers";
import { parentPort, Worker } from "node:worker_threads";
import { errorMessage } from "../error_message.ts";

/** A thread for requests, which starts when it is needed. */
export interface RequestThread<Request, Answer> {
  /** @param transfer buffers that are moved to the thread instead of copied */
  ask(request: Request, transfer: readonly ArrayBuffer[]): Promise<Answer>;
  /** Ends the thread; pending requests fail with the error. */
  end(error: Error): void;
}

/** A message to the thread. */
interface RequestMessage<Request> {
  readonly number: number;
  readonly request: Request;
}

/** A message from the thread. */
type AnswerMessage<Answer> =
  & { readonly number: number }
  & ({ readonly answer: Answer } | { readonly error: string });

interface Running<Answer> {
  readonly worker: Worker;
  /** Pending requests, by number. */
  readonly pending: Map<number, PromiseWithResolvers<Answer>>;
  timer?: NodeJS.Timeout;
}

/**
 * Creates a thread for requests.
 *
 * @param module its program, which calls answerRequests()
 * @param idleMs time without requests after which it ends
 */
export function createRequestThread<Request, Answer>(
  module: URL,
  idleMs: number,
): RequestThread<Request, Answer> {
  let running: Running<Answer> | undefined;
  let requests = 0;

  const forget = (ended: Running<Answer>, error: unknown) => {
    if (running === ended) running = undefined;
    clearTimeout(ended.timer);
    for (const request of ended.pending.values()) request.reject(error);
    ended.pending.clear();
  };
  const start = (): Running<Answer> => {
    const worker = new Worker(module);
    const started: Running<Answer> = { worker, pending: new Map() };
    const { pending } = started;
    worker.on("message", ({ number, ...reply }: AnswerMessage<Answer>) => {
      const request = pending.get(number);
      pending.delete(number);
      if ("answer" in reply) request?.resolve(reply.answer);
      else request?.reject(new Error(reply.error));
      if (pending.size > 0) return;
      worker.unref();
      started.timer = setTimeout(() => {
        if (running === started) running = undefined;
        worker.terminate();
      }, idleMs).unref();
    });
    worker.on("error", (error) => forget(started, error));
    return started;
  };
  return {
    ask(request, transfer) {
      const { worker, pending, timer } = running ??= start();
      clearTimeout(timer);
      worker.ref();
      const number = ++requests;
      const answer = Promise.withResolvers<Answer>();
      pending.set(number, answer);
      worker.postMessage({ number, request } satisfies RequestMessage<Request>, transfer);
      return answer.promise;
    },
    end(error) {
      if (!running) return;
      const { worker } = running;
      forget(running, error);
      worker.terminate();
    },
  };
}

/**
 * Answers the requests to this thread, one after the other as far as `respond` awaits nothing.
 *
 * @param transfer lists the buffers of an answer that are moved instead of copied
 */
export function answerRequests<Request, Answer>(
  respond: (request: Request) => Promise<Answer>,
  transfer: (answer: Answer) => readonly ArrayBuffer[] = () => [],
): void {
  const reply = (message: AnswerMessage<Answer>, buffers: readonly ArrayBuffer[] = []) =>
    parentPort?.postMessage(message, [...buffers]);
  parentPort?.on("message", async ({ number, request }: RequestMessage<Request>) => {
    try {
      const answer = await respond(request);
      reply({ number, answer }, transfer(answer));
    } catch (error) {
      reply({ number, error: errorMessage(error) });
    }
  });
}
