/** Relay: its network layer by HTTP and WebSocket, its compiled operations, and pages of a connection in its store. */
import { assertEquals, fail } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import {
  commitMutation,
  createOperationDescriptor,
  Environment,
  type FetchFunction,
  fetchQuery,
  type GraphQLResponse,
  Network,
  Observable,
  RecordSource,
  requestSubscription,
  Store,
  type SubscribeFunction,
} from "relay-runtime";
import { wsClient } from "../support/clients.ts";
import { post } from "../support/http.ts";
import { startServer } from "../support/start_server.ts";
import { createRun } from "../support/written_run.ts";
import EPOCHS, {
  type relayEpochsSubscription,
} from "./generated/relayEpochsSubscription.graphql.ts";
import FIND, { type relayFindQuery } from "./generated/relayFindQuery.graphql.ts";
import RUNS, { type relayRunsQuery } from "./generated/relayRunsQuery.graphql.ts";
import START, { type relayStartMutation } from "./generated/relayStartMutation.graphql.ts";
import { authorizationOf, firstCode, testClient, toIterable } from "./suite.ts";

/** Creates Relay's environment on a server. */
function connect(origin: string, token?: string) {
  const socket = wsClient(origin, {
    // A subscription that begins while the socket closes behind the last one would be lost in the client.
    lazyCloseTimeout: 10_000,
    connectionParams: authorizationOf(token),
  });
  const ask: FetchFunction = async ({ text: query }, variables) => {
    const answer = await (await post(origin, { query, variables }, authorizationOf(token))).json();
    if (answer.errors) throw refused(answer.errors);
    return answer;
  };
  const follow: SubscribeFunction = ({ text: query }, variables) =>
    Observable.create((sink) => {
      if (!query) throw new Error("There must be a text.");
      return socket.subscribe({ query, variables }, {
        next(answer) {
          if (answer.errors) sink.error(refused(answer.errors));
          else sink.next(answer as GraphQLResponse);
        },
        error: (errors) => sink.error(refused(errors)),
        complete: () => sink.complete(),
      });
    });
  const environment = new Environment({
    network: Network.create(ask, follow),
    store: new Store(new RecordSource()),
  });
  return { environment, dispose: () => socket.dispose() };
}

/** Creates the error that the network throws, since Relay itself ignores an error beside a null. */
function refused(errors: unknown): Error {
  return new Error("refused", { cause: errors });
}

testClient("Relay", (origin, token) => {
  const { environment, dispose } = connect(origin, token);
  return {
    start: (input) =>
      new Promise((resolve, reject) =>
        commitMutation<relayStartMutation>(environment, {
          mutation: START,
          variables: { input },
          onCompleted: ({ startTraining: { run } }) => resolve(run),
          onError: reject,
        })
      ),
    find: async (id) =>
      (await fetchQuery<relayFindQuery>(environment, FIND, { id }).toPromise())?.run ?? null,
    follow: (runId, afterEpoch) =>
      toIterable((observer) => {
        const { dispose } = requestSubscription<relayEpochsSubscription>(environment, {
          subscription: EPOCHS,
          variables: { runId, afterEpoch },
          onNext: (answer) => answer && observer.next(answer.epochs),
          onError: (error) => observer.error(error),
          onCompleted: () => observer.complete(),
        });
        return dispose;
      }),
    codeOf: (error) => error instanceof Error ? firstCode(error.cause) : undefined,
    dispose,
  };
});

describe("Relay's store", () => {
  it("joins the pages of runs, and updates a run by its id", async () => {
    await using server = await startServer();
    for (let run = 1; run <= 5; run++) await createRun(server.store, `run ${run}`);
    const { environment, dispose } = connect(server.origin);
    const page = (after: string | null) =>
      fetchQuery<relayRunsQuery>(environment, RUNS, { first: 2, after }).toPromise();
    const whole = createOperationDescriptor(RUNS, { first: 2, after: null });
    environment.retain(whole);
    const read = () => {
      const data = environment.lookup(whole.fragment).data as relayRunsQuery["response"];
      return data.runs.edges.map(({ node }) => node.name);
    };
    const endOf = () =>
      environment.getStore().getSource().get("client:root:__relay_runs_connection:pageInfo")
        ?.endCursor;

    await page(null);
    assertEquals(read(), ["run 5", "run 4"]);
    await page(String(endOf()));
    assertEquals(read(), ["run 5", "run 4", "run 3", "run 2"]);
    await page(String(endOf()));
    assertEquals(read(), ["run 5", "run 4", "run 3", "run 2", "run 1"]);

    const [{ id } = fail("There must be a run.")] =
      (await server.ask("{ runs { nodes { id } } }")).runs.nodes;
    await server.ask(
      `mutation { updateRun(runId: "${id}", input: { name: "the best" }) { run { id } } }`,
    );
    await fetchQuery<relayFindQuery>(environment, FIND, { id }).toPromise();
    assertEquals(read()[0], "the best");
    await dispose();
  });
});
