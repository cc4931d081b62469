/** Starts a run and follows it with graphql-sse, which repeats the operation with the variables of that moment. */
import process from "node:process";
import { createClient } from "graphql-sse";

const url = process.env.EPOCHQL_URL ?? "http://127.0.0.1:8000";
let refusal = "";
const client = createClient({
  url: `${url}/graphql`,
  headers: { authorization: `Bearer ${process.env.EPOCHQL_TOKEN}` },
  retryAttempts: Infinity,
  fetchFn: async (...request: Parameters<typeof fetch>) => {
    const response = await fetch(...request);
    if (response.status >= 400 && response.status < 500) refusal = await response.text();
    return response;
  },
  retry: async () => {
    if (refusal) throw new Error(refusal);
    await new Promise((resolve) => setTimeout(resolve, 1000));
  },
});
const START = "mutation { startTraining(input: { epochs: 5, seed: 1 }) { run { id } } }";
const EPOCHS =
  "subscription ($id: ID, $last: Int) { epochs(runId: $id, afterEpoch: $last) { number testAcc } }";

type Started = { startTraining: { run: { id: string } } };
type Trained = { epochs: { number: number; testAcc: number } };

const { value } = await client.iterate<Started>({ query: START }).next();
if (!value?.data) throw new AggregateError(value?.errors ?? []);
const variables = { id: value.data.startTraining.run.id, last: 0 };
for await (const { data, errors } of client.iterate<Trained>({ query: EPOCHS, variables })) {
  if (!data) throw new AggregateError(errors ?? []);
  console.log(`epoch ${data.epochs.number}: ${(100 * data.epochs.testAcc).toFixed(1)} %`);
  variables.last = data.epochs.number;
}
client.dispose();
