/** Starts a run and follows it with graphql-ws, typed by gql.tada from the text of each operation. */
import process from "node:process";
import { initGraphQLTada, type ResultOf } from "gql.tada";
import { print } from "graphql";
import { createClient } from "graphql-ws";
import type { introspection } from "./generated/tada.d.ts";

const url = process.env.EPOCHQL_URL ?? "http://127.0.0.1:8000";
const client = createClient({
  url: `${url.replace("http", "ws")}/graphql`,
  connectionParams: { authorization: `Bearer ${process.env.EPOCHQL_TOKEN}` },
  shouldRetry: () => true,
  retryAttempts: Infinity,
});
const graphql = initGraphQLTada<{ introspection: introspection }>();
const START = graphql(`
  mutation { startTraining(input: { epochs: 5, seed: 1 }) { run { id } } }
`);
const EPOCHS = graphql(`
  subscription ($id: ID, $last: Int) { epochs(runId: $id, afterEpoch: $last) { number testAcc } }
`);

const { value } = await client.iterate<ResultOf<typeof START>>({ query: print(START) }).next();
if (!value?.data) throw new AggregateError(value?.errors ?? []);
const variables = { id: value.data.startTraining.run.id, last: 0 };
const query = print(EPOCHS);
const results = client.iterate<ResultOf<typeof EPOCHS>>({ query, variables });
for await (const { data, errors } of results) {
  if (!data) throw new AggregateError(errors ?? []);
  console.log(`epoch ${data.epochs.number}: ${(100 * data.epochs.testAcc).toFixed(1)} %`);
  variables.last = data.epochs.number;
}
await client.dispose();
