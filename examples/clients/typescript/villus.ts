/** Starts a run and follows it with villus, whose subscriptions graphql-ws carries and reconnects. */
import process from "node:process";
import { createClient as createSocket } from "graphql-ws";
import { createClient, defaultPlugins, handleSubscriptions } from "villus";

const url = process.env.EPOCHQL_URL ?? "http://127.0.0.1:8000";
const authorization = `Bearer ${process.env.EPOCHQL_TOKEN}`;
const socket = createSocket({
  url: `${url.replace("http", "ws")}/graphql`,
  connectionParams: { authorization },
  shouldRetry: () => true,
  retryAttempts: Infinity,
});
const client = createClient({
  url: `${url}/graphql`,
  use: [
    ({ opContext }) => void Object.assign(opContext.headers, { authorization }),
    handleSubscriptions(({ query, variables }) => ({
      subscribe: (observer) => ({
        unsubscribe: socket.subscribe({ query, variables }, observer),
      }),
    })),
    ...defaultPlugins(),
  ],
});
const START = "mutation { startTraining(input: { epochs: 5, seed: 1 }) { run { id } } }";
const EPOCHS =
  "subscription ($id: ID, $last: Int) { epochs(runId: $id, afterEpoch: $last) { number testAcc } }";

const { data, error } = await client.executeMutation({ query: START });
if (error) throw error;
const variables = { id: data.startTraining.run.id, last: 0 };
const observable = await client.executeSubscription({ query: EPOCHS, variables });
await new Promise<void>((resolve, reject) => {
  observable.subscribe({
    next({ data }) {
      console.log(`epoch ${data.epochs.number}: ${(100 * data.epochs.testAcc).toFixed(1)} %`);
      variables.last = data.epochs.number;
    },
    error: reject,
    complete: resolve,
  });
});
await socket.dispose();
