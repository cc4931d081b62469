/**
 * Sources of subscriptions: a log whose waits end when the client leaves, and whose errors become
 * errors of the result.
 */
import type { GraphQLResolveInfo } from "graphql";
import type { ApiContext } from "./context.ts";
import { pathOf } from "./error_plugin.ts";
import { toApiError } from "./errors.ts";

/**
 * Starts a source and ties its signal to its consumer.
 *
 * Not an async generator: its return() would wait for the pending next(), and that one for an event which may
 * never come. Here return() fires the signal first, so that the pending next() settles.
 *
 * An error that ends the source is the last thing it yields: GraphQL gives an error that is yielded as the
 * error of the field, while one that is thrown breaks the connection without a word.
 */
export function subscriptionSource<T>(
  context: ApiContext,
  info: GraphQLResolveInfo,
  start: (signal: AbortSignal) => AsyncGenerator<T, void>,
): AsyncIterableIterator<T, void> {
  const gone = new AbortController();
  const request = context.request?.signal;
  const source = start(request ? AbortSignal.any([gone.signal, request]) : gone.signal);
  let failed = false;
  const iterator: AsyncIterableIterator<T, void> = {
    [Symbol.asyncIterator]: () => iterator,
    async next() {
      if (failed) return { done: true, value: undefined };
      try {
        return await source.next();
      } catch (error) {
        failed = true;
        if (gone.signal.aborted || request?.aborted) return { done: true, value: undefined };
        return { done: false, value: toApiError(error, context, pathOf(info)) as T };
      }
    },
    async return() {
      gone.abort();
      await source.return();
      return { done: true, value: undefined };
    },
  };
  return iterator;
}
