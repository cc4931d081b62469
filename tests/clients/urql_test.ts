/** urql: subscriptions by WebSocket, and by the server-sent events of its own fetch exchange. */
import {
  type AnyVariables,
  Client,
  CombinedError,
  type Exchange,
  type ExecutionResult,
  fetchExchange,
  subscriptionExchange,
} from "@urql/core";
import { wsClient } from "../support/clients.ts";
import {
  type ApiClient,
  authorizationOf,
  EPOCHS,
  type EpochsAnswer,
  FIND,
  type FindAnswer,
  firstCode,
  START,
  type StartAnswer,
  testClient,
  toIterable,
} from "./suite.ts";

interface Options {
  readonly exchanges: Exchange[];
  readonly fetchSubscriptions?: boolean;
  dispose?(): void | Promise<void>;
}

function urql(origin: string, token: string | undefined, options: Options): ApiClient {
  const client = new Client({
    url: `${origin}/graphql`,
    exchanges: options.exchanges,
    fetchOptions: { headers: authorizationOf(token) },
    fetchSubscriptions: options.fetchSubscriptions ?? false,
    preferGetMethod: false,
  });
  return {
    async start(input) {
      const { data, error } = await client.mutation<StartAnswer>(START, { input }).toPromise();
      if (!data) throw error;
      return data.startTraining.run;
    },
    async find(id) {
      const { data, error } = await client.query<FindAnswer>(FIND, { id }).toPromise();
      if (!data || error) throw error;
      return data.run;
    },
    follow: (runId, afterEpoch) =>
      toIterable((observer) => {
        const { unsubscribe } = client
          .subscription<EpochsAnswer, AnyVariables>(EPOCHS, { runId, afterEpoch })
          .subscribe(({ data, error, hasNext }) => {
            if (error) observer.error(error);
            // The last result repeats the data of the one before.
            else if (!hasNext) observer.complete();
            else if (data) observer.next(data.epochs);
          });
        return unsubscribe;
      }),
    codeOf: (error) => error instanceof CombinedError ? firstCode(error.graphQLErrors) : undefined,
    dispose: () => options.dispose?.(),
  };
}

testClient("urql, subscriptions by WebSocket", (origin, token) => {
  const client = wsClient(origin, { connectionParams: authorizationOf(token) });
  const subscriptions = subscriptionExchange({
    forwardSubscription: ({ query = "", variables }) => ({
      subscribe: (observer) => ({
        unsubscribe: client.subscribe({ query, variables: { ...variables } }, {
          ...observer,
          next: (result) => observer.next(result as ExecutionResult),
        }),
      }),
    }),
  });
  return urql(origin, token, {
    exchanges: [subscriptions, fetchExchange],
    dispose: () => client.dispose(),
  });
});

testClient(
  "urql, subscriptions by fetch",
  (origin, token) => urql(origin, token, { exchanges: [fetchExchange], fetchSubscriptions: true }),
);
