/** Starts a run and asks for its epochs every second with graphql-request, which has no subscriptions. */
import process from "node:process";
import { ClientError, GraphQLClient } from "graphql-request";

const client = new GraphQLClient(
  `${process.env.EPOCHQL_URL ?? "http://127.0.0.1:8000"}/graphql`,
  { headers: { authorization: `Bearer ${process.env.EPOCHQL_TOKEN}` } },
);
const START = "mutation { startTraining(input: { epochs: 5, seed: 1 }) { run { id } } }";
const RUN = "query ($id: ID!) { run(id: $id) { endedAt epochs { number testAcc } } }";

type Started = { startTraining: { run: { id: string } } };
type Epoch = { number: number; testAcc: number };
type Asked = { run: { endedAt: string | null; epochs: Epoch[] } };

const { startTraining: { run: { id } } } = await client.request<Started>(START);
for (let last = 0, over = false; !over;) {
  const { run } = await client.request<Asked>(RUN, { id }).catch((error) => {
    if (error instanceof ClientError && error.response.status < 500) throw error;
    return { run: undefined };
  });
  for (const { number, testAcc } of run?.epochs.slice(last) ?? []) {
    console.log(`epoch ${number}: ${(100 * testAcc).toFixed(1)} %`);
    last = number;
  }
  over = typeof run?.endedAt === "string";
  await new Promise((resolve) => setTimeout(resolve, 1000));
}
