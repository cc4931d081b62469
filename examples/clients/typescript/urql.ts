/** Starts a run and follows it with urql over server-sent events. The loop asks for what is missing. */
import process from "node:process";
import { Client, fetchExchange, gql } from "@urql/core";

const client = new Client({
  url: `${process.env.EPOCHQL_URL ?? "http://127.0.0.1:8000"}/graphql`,
  fetchOptions: { headers: { authorization: `Bearer ${process.env.EPOCHQL_TOKEN}` } },
  preferGetMethod: false,
  fetchSubscriptions: true,
  exchanges: [fetchExchange],
});
const START = gql`mutation { startTraining(input: { epochs: 5, seed: 1 }) { run { id } } }`;
const EPOCHS = gql`subscription ($id: ID, $last: Int) {
  epochs(runId: $id, afterEpoch: $last) { number testAcc }
}`;

const { data, error } = await client.mutation(START, {}).toPromise();
if (error) throw error;
const variables = { id: data.startTraining.run.id, last: 0 };
for (let over = false; !over;) {
  over = await new Promise<boolean>((resolve, reject) => {
    client.subscription(EPOCHS, variables).subscribe(({ data, error, hasNext }) => {
      if (data && data.epochs.number > variables.last) {
        console.log(`epoch ${data.epochs.number}: ${(100 * data.epochs.testAcc).toFixed(1)} %`);
        variables.last = data.epochs.number;
      }
      const isRefused = /^4/.test(error?.response?.status);
      if (error?.networkError && !isRefused) setTimeout(resolve, 1000, false);
      else if (error) reject(error);
      else if (!hasNext) resolve(true);
    });
  });
}
