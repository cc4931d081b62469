/** WebSockets with the older protocol graphql-ws, by the client that introduced it. */
import type { ExecutionResult } from "graphql";
import { SubscriptionClient } from "subscriptions-transport-ws";
import { type Observer, toIterable } from "../../clients/suite.ts";
import { bearer } from "../../support/http.ts";
import { fromStream, type Transport, withRefusals } from "./transport.ts";

export const legacyGraphqlWs: Transport = {
  name: "the older graphql-ws",
  isRemote: true,
  connect({ socketUrl }, { token, reconnects = false } = {}) {
    const observers = new Set<Observer<ExecutionResult>>();
    // The client tells its operations nothing of a rejected connection.
    const onConnection = (reason: unknown) => {
      if (reason) { for (const observer of observers) observer.error(reason); }
    };
    const client = new SubscriptionClient(socketUrl, {
      reconnect: reconnects,
      minTimeout: 10_000,
      connectionParams: token === undefined ? {} : bearer(token),
      connectionCallback: onConnection as (errors: Error[], result?: unknown) => void,
    }, WebSocket);
    return {
      execute({ query, variables = {} }) {
        const results = toIterable<ExecutionResult>((observer) => {
          observers.add(observer);
          const { unsubscribe } = client.request({ query, variables }).subscribe({
            next: (result) => observer.next(result as ExecutionResult),
            error: (error) => observer.error(error),
            complete: () => observer.complete(),
          });
          return () => {
            observers.delete(observer);
            unsubscribe();
          };
        });
        return withRefusals(fromStream(results), errorsOf);
      },
      [Symbol.asyncDispose]() {
        client.close();
        return Promise.resolve();
      },
    };
  },
};

/** Returns the errors of an operation, or the reason of a rejected connection. */
function errorsOf(thrown: unknown): Promise<unknown> {
  if (Array.isArray(thrown)) return Promise.resolve(thrown);
  const { message } = thrown as Error;
  const [, code, rest] = /^([A-Z_]+): (.*)$/.exec(message) ?? [];
  return code === undefined
    ? Promise.resolve([thrown])
    : Promise.resolve([{ message: rest, extensions: { code } }]);
}
