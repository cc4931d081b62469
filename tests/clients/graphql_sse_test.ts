/** graphql-sse, with a connection for each operation and with one for all. */
import { type Client, createClient } from "graphql-sse";
import {
  type ApiClient,
  authorizationOf,
  dataOf,
  EPOCHS,
  type EpochsAnswer,
  FIND,
  type FindAnswer,
  firstCode,
  START,
  type StartAnswer,
  testClient,
} from "./suite.ts";

testClient("graphql-sse", (origin, token) =>
  overSse(createClient({
    url: `${origin}/graphql`,
    retryAttempts: 0,
    headers: authorizationOf(token),
  })));

testClient("graphql-sse in single connection mode", (origin, token) =>
  overSse(createClient({
    url: `${origin}/graphql`,
    singleConnection: true,
    retryAttempts: 0,
    headers: authorizationOf(token),
  })));

function overSse<Single extends boolean>(client: Client<Single>): ApiClient {
  return {
    start: async (input) => (await ask<StartAnswer>(client, START, { input })).startTraining.run,
    find: async (id) => (await ask<FindAnswer>(client, FIND, { id })).run,
    async *follow(runId, afterEpoch) {
      const variables = { runId, afterEpoch };
      for await (const answer of client.iterate<EpochsAnswer>({ query: EPOCHS, variables })) {
        yield dataOf<EpochsAnswer>(answer).epochs;
      }
    },
    codeOf: (error) => error instanceof Error ? firstCode(error.cause) : undefined,
    dispose: () => client.dispose(),
  };
}

async function ask<Data>(
  client: Pick<Client, "iterate">,
  query: string,
  variables: Record<string, unknown>,
): Promise<Data> {
  const { value } = await client.iterate<Data>({ query, variables }).next();
  return dataOf<Data>(value ?? undefined);
}
