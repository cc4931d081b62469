/** Starts a run and follows it with graphql-sse, typed by the documents that graphql-codegen writes. */
import process from "node:process";
import { createClient } from "graphql-sse";
import { graphql } from "./generated/codegen/index.ts";
import type { EpochsSubscription, StartMutation } from "./generated/codegen/graphql.ts";

const url = process.env.EPOCHQL_URL ?? "http://127.0.0.1:8000";
const client = createClient({
  url: `${url}/graphql`,
  headers: { authorization: `Bearer ${process.env.EPOCHQL_TOKEN}` },
  retryAttempts: Infinity,
});
const START = graphql(`
  mutation Start { startTraining(input: { epochs: 5, seed: 1 }) { run { id } } }
`);
const EPOCHS = graphql(`
  subscription Epochs($id: ID, $last: Int) {
    epochs(runId: $id, afterEpoch: $last) { number testAcc }
  }
`);

const { value } = await client.iterate<StartMutation>({ query: START.toString() }).next();
const variables = { id: value?.data?.startTraining.run.id, last: 0 };
const query = EPOCHS.toString();
for await (const { data } of client.iterate<EpochsSubscription>({ query, variables })) {
  if (!data) continue;
  console.log(`epoch ${data.epochs.number}: ${(100 * data.epochs.testAcc).toFixed(1)} %`);
  variables.last = data.epochs.number;
}
client.dispose();
