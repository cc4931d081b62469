/** Starts a run and follows it through the schema that graphql-tools loads from a server, as gateways do. */
import process from "node:process";
import { normalizedExecutor } from "@graphql-tools/executor";
import { loadSchema } from "@graphql-tools/load";
import { SubscriptionProtocol, UrlLoader } from "@graphql-tools/url-loader";
import { type ExecutionResult, parse } from "graphql";

const schema = await loadSchema(`${process.env.EPOCHQL_URL ?? "http://127.0.0.1:8000"}/graphql`, {
  loaders: [new UrlLoader()],
  headers: { authorization: `Bearer ${process.env.EPOCHQL_TOKEN}` },
  subscriptionsProtocol: SubscriptionProtocol.SSE,
});
const START = parse("mutation { startTraining(input: { epochs: 5, seed: 1 }) { run { id } } }");
const EPOCHS = parse(
  "subscription ($id: ID, $last: Int) { epochs(runId: $id, afterEpoch: $last) { number testAcc } }",
);

type Started = ExecutionResult<{ startTraining: { run: { id: string } } }>;
type Trained = ExecutionResult<{ epochs: { number: number; testAcc: number } }>;

const { data, errors } = await normalizedExecutor({ schema, document: START }) as Started;
if (!data) throw new AggregateError(errors ?? []);
const variableValues = { id: data.startTraining.run.id, last: 0 };
for (let over = false; !over;) {
  over = true;
  const results = await normalizedExecutor({ schema, document: EPOCHS, variableValues });
  for await (const result of Symbol.asyncIterator in results ? results : [results]) {
    const { data, errors } = result as Trained;
    const code = errors?.[0]?.extensions.code ?? "SUBREQUEST_HTTP_ERROR";
    if (code !== "SUBREQUEST_HTTP_ERROR") throw new AggregateError(errors ?? [], String(code));
    if (errors) over = false;
    if (!data) continue;
    console.log(`epoch ${data.epochs.number}: ${(100 * data.epochs.testAcc).toFixed(1)} %`);
    variableValues.last = data.epochs.number;
  }
  if (!over) await new Promise((resolve) => setTimeout(resolve, 1000));
}
