/** Apollo Client: queries and mutations by HTTP, subscriptions by WebSocket or server-sent events. */
import {
  ApolloClient,
  ApolloLink,
  CombinedGraphQLErrors,
  gql,
  HttpLink,
  InMemoryCache,
  Observable,
} from "@apollo/client";
import { GraphQLWsLink } from "@apollo/client/link/subscriptions";
import { print } from "graphql";
import { sseClient, wsClient } from "../support/clients.ts";
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

/** A link for subscriptions. */
interface SubscriptionLink {
  readonly link: ApolloLink;
  dispose(): void | Promise<void>;
}

function apollo(
  origin: string,
  token: string | undefined,
  { link, dispose }: SubscriptionLink,
): ApiClient {
  const client = new ApolloClient({
    cache: new InMemoryCache(),
    link: ApolloLink.split(
      ({ operationType }) => operationType === "subscription",
      link,
      new HttpLink({ uri: `${origin}/graphql`, headers: authorizationOf(token) }),
    ),
  });
  return {
    async start(input) {
      const { data } = await client.mutate<StartAnswer>({
        mutation: gql(START),
        variables: { input },
      });
      if (!data) throw new Error("There must be data.");
      return data.startTraining.run;
    },
    async find(id) {
      const { data } = await client.query<FindAnswer>({
        query: gql(FIND),
        variables: { id },
        fetchPolicy: "network-only",
      });
      return data?.run ?? null;
    },
    follow: (runId, afterEpoch) =>
      toIterable((observer) => {
        const subscription = client.subscribe<EpochsAnswer>({
          query: gql(EPOCHS),
          variables: { runId, afterEpoch },
        }).subscribe({
          next({ data, error }) {
            if (data) observer.next(data.epochs);
            else observer.error(error);
          },
          error: (error) => observer.error(error),
          complete: () => observer.complete(),
        });
        return () => subscription.unsubscribe();
      }),
    codeOf: (error) => CombinedGraphQLErrors.is(error) ? firstCode(error.errors) : undefined,
    async dispose() {
      client.stop();
      await dispose();
    },
  };
}

testClient("Apollo Client, subscriptions by WebSocket", (origin, token) => {
  const client = wsClient(origin, { connectionParams: authorizationOf(token) });
  return apollo(origin, token, {
    link: new GraphQLWsLink(client),
    dispose: () => client.dispose(),
  });
});

testClient("Apollo Client, subscriptions by server-sent events", (origin, token) => {
  const client = sseClient(origin, { headers: authorizationOf(token) });
  const link = new ApolloLink(({ query, variables }) =>
    new Observable<ApolloLink.Result>((observer) =>
      client.subscribe({ query: print(query), variables }, {
        next: (result) => observer.next(result as ApolloLink.Result),
        error: (error) => observer.error(error),
        complete: () => observer.complete(),
      })
    )
  );
  return apollo(origin, token, { link, dispose: () => client.dispose() });
});
