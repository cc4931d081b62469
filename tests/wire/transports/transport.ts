/** Interface of the transports that the tables of tests/wire/ run over: one file beside this one for each. */
import type { ExecutionResult } from "graphql";
import type { TestServer } from "../../support/start_server.ts";

/** An operation as a client sends it. */
export interface Operation {
  readonly query: string;
  readonly variables?: Record<string, unknown>;
}

/** Results of an operation in order. A refusal is one result with errors. */
export type Results = AsyncIterableIterator<ExecutionResult, void>;

/** A connected client. */
export interface WireClient extends AsyncDisposable {
  execute(operation: Operation): Results;
}

/** Options of Transport.connect(). */
export interface ConnectOptions {
  readonly token?: string;
  /** Repeats an operation whose connection was lost. */
  readonly reconnects?: boolean;
}

/** A way from a client to the API. */
export interface Transport {
  readonly name: string;
  /** Leads through the server, which parses, authenticates and limits. */
  readonly isRemote: boolean;
  connect(server: TestServer, options?: ConnectOptions): WireClient;
}

/** Pause before a client with `reconnects` tries again. */
export const reconnectDelay = () => new Promise<void>((resolve) => setTimeout(resolve, 20));

/** Returns the results of a stream. Leaving it does not wait for the next one. */
export function fromStream(stream: ReadableStream<ExecutionResult>): Results {
  const reader = stream.getReader();
  const done = { done: true, value: undefined } as const;
  const results: Results = {
    [Symbol.asyncIterator]: () => results,
    async next() {
      const step = await reader.read();
      return step.done ? done : step;
    },
    async return() {
      await reader.cancel();
      return done;
    },
  };
  return results;
}

/** Returns results in which a thrown refusal is a result like others. */
export function withRefusals(
  iterator: AsyncIterableIterator<unknown>,
  errorsOf: (thrown: unknown) => Promise<unknown>,
): Results {
  let isRefused = false;
  const results: Results = {
    [Symbol.asyncIterator]: () => results,
    async next() {
      if (isRefused) return { done: true, value: undefined };
      try {
        return await iterator.next() as IteratorResult<ExecutionResult, void>;
      } catch (thrown) {
        isRefused = true;
        return { done: false, value: { errors: await errorsOf(thrown) } as ExecutionResult };
      }
    },
    async return() {
      await iterator.return?.();
      return { done: true, value: undefined };
    },
  };
  return results;
}
