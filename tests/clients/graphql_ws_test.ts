/** graphql-ws, which speaks graphql-transport-ws: one socket for everything. */
import { type Client, createClient } from "graphql-ws";
import {
  authorizationOf,
  dataOf,
  EPOCHS,
  type EpochsAnswer,
  FIND,
  type FindAnswer,
  firstCode,
  socketUrl,
  START,
  type StartAnswer,
  testClient,
} from "./suite.ts";

testClient("graphql-ws", (origin, token) => {
  const client = createClient({
    url: socketUrl(origin),
    retryAttempts: 0,
    connectionParams: authorizationOf(token),
  });
  return {
    start: async (input) => (await ask<StartAnswer>(client, START, { input })).startTraining.run,
    find: async (id) => (await ask<FindAnswer>(client, FIND, { id })).run,
    async *follow(runId, afterEpoch) {
      const variables = { runId, afterEpoch };
      for await (const answer of client.iterate<EpochsAnswer>({ query: EPOCHS, variables })) {
        yield dataOf<EpochsAnswer>(answer).epochs;
      }
    },
    // An operation that cannot start is rejected with the list of its errors.
    codeOf: (error) => firstCode(error instanceof Error ? error.cause : error),
    dispose: () => client.dispose(),
  };
});

async function ask<Data>(
  client: Client,
  query: string,
  variables: Record<string, unknown>,
): Promise<Data> {
  const { value } = await client.iterate<Data>({ query, variables }).next();
  return dataOf<Data>(value ?? undefined);
}
