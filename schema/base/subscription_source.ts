/**
 * Sources of subscriptions: a log whose waits end when the client leaves, and whose errors become
 * errors of the result.
 */
import type { GraphQLResolveInfo } from "graphql";
import { createPullSource, type PullSource, toPullSource } from "../../lib/streams/pull_source.ts";
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
  start: (signal: AbortSignal) => AsyncIterable<T>,
): PullSource<T> {
  const gone = new AbortController();
  const request = context.request?.signal;
  const source = toPullSource(
    start(request ? AbortSignal.any([gone.signal, request]) : gone.signal),
  );
  return createPullSource<T>((sink) =>
    source.connect({
      ...sink,
      // The source has ended: the next pull gives its end.
      fail(error) {
        if (gone.signal.aborted || request?.aborted) sink.end();
        else sink.next(toApiError(error, context, pathOf(info)) as T);
      },
    }), () => {
    gone.abort();
    return source.return();
  });
}
