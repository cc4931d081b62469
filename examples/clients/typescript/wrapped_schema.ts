/** Starts a run and follows it through a schema that graphql-tools wraps, with its executors for HTTP and WebSocket. */
import process from "node:process";
import { normalizedExecutor } from "@graphql-tools/executor";
import { buildGraphQLWSExecutor } from "@graphql-tools/executor-graphql-ws";
import { buildHTTPExecutor } from "@graphql-tools/executor-http";
import { schemaFromExecutor, wrapSchema } from "@graphql-tools/wrap";
import { type ExecutionResult, GraphQLError, parse } from "graphql";
import { createClient } from "graphql-ws";

const url = `${process.env.EPOCHQL_URL ?? "http://127.0.0.1:8000"}/graphql`;
const authorization = `Bearer ${process.env.EPOCHQL_TOKEN}`;
const http = buildHTTPExecutor({ endpoint: url, headers: { authorization } });
const socket = createClient({
  url: url.replace("http", "ws"),
  connectionParams: { authorization },
  retryAttempts: 0,
});
const subscribe = buildGraphQLWSExecutor(socket);
const schema = wrapSchema({
  schema: await schemaFromExecutor(http),
  executor: (request) => (request.operationType === "subscription" ? subscribe : http)(request),
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
  try {
    const results = await normalizedExecutor({ schema, document: EPOCHS, variableValues });
    for await (const result of Symbol.asyncIterator in results ? results : [results]) {
      const { data, errors } = result as Trained;
      if (!data) throw new AggregateError(errors ?? []);
      console.log(`epoch ${data.epochs.number}: ${(100 * data.epochs.testAcc).toFixed(1)} %`);
      variableValues.last = data.epochs.number;
    }
    over = true;
  } catch (error) {
    // The event that has ended the socket is the cause of an error.
    const cause = error instanceof GraphQLError ? error.originalError as object : {};
    const isRefused = "code" in cause && Number(cause.code) >= 4400;
    if (isRefused || error instanceof AggregateError) throw error;
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}
await socket.dispose();
