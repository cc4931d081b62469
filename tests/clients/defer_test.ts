/** Deferred fields: clients and transports deliver the rest of a run while its checkpoint is still evaluated. */
import { ApolloClient, gql, HttpLink, InMemoryCache } from "@apollo/client";
import { Defer20220824Handler } from "@apollo/client/incremental";
import { assertEquals } from "@std/assert";
import { before, describe, it } from "@std/testing/bdd";
import { Client, fetchExchange } from "@urql/core";
import { smallDatasets } from "../support/datasets.ts";
import { classified, fakeEvaluator } from "../support/fake_evaluator.ts";
import { soon, until } from "../support/until.ts";
import { useServer } from "../support/start_server.ts";
import { checkpoint, SPEC, startRun } from "../support/written_run.ts";
import { REMOTE_TRANSPORTS } from "../wire/transports.ts";
import { multipart } from "../wire/transports/multipart.ts";

const QUERY = `query Insight($id: ID!) {
  run(id: $id) {
    name
    ... @defer { mistakes(first: 1) { label predicted } }
  }
}`;
const MISTAKES = [{ label: 0, predicted: 1 }];

/** Sends the query; reports each state of the run. Returns a function that ends the client. */
type Send = (origin: string, id: string, onRun: (run: unknown) => void) => () => void;

const CLIENTS: Readonly<Record<string, Send>> = {
  "Apollo Client"(origin, id, onRun) {
    const client = new ApolloClient({
      cache: new InMemoryCache(),
      link: new HttpLink({ uri: `${origin}/graphql` }),
      incrementalHandler: new Defer20220824Handler(),
    });
    const query = client.watchQuery<{ run: unknown }>({ query: gql(QUERY), variables: { id } });
    query.subscribe(({ data }) => data?.run && onRun(withoutTypes(data.run)));
    return () => client.stop();
  },
  urql(origin, id, onRun) {
    const client = new Client({
      url: `${origin}/graphql`,
      exchanges: [fetchExchange],
      preferGetMethod: false,
    });
    return client.query(QUERY, { id }).subscribe(({ data }) => onRun(structuredClone(data.run)))
      .unsubscribe;
  },
};

describe("a deferred evaluation", () => {
  const evaluator = fakeEvaluator();
  const server = useServer({ evaluator, datasets: smallDatasets(SPEC.testSamples) });
  let id: string;
  before(async () => {
    const run = await startRun(server.store);
    id = run.id;
    await run.trainEpoch();
    await run.append(checkpoint(1, 4));
  });

  for (const [name, send] of Object.entries(CLIENTS)) {
    it(`is shown by ${name} after the rest of the run`, async () => {
      const evaluation = evaluator.hold();
      const runs: unknown[] = [];
      const end = send(server.origin, id, (run) => runs.push(run));
      await until("the rest is there", () => runs.length === 1);
      evaluation.resolve(classified(1));
      await until("the mistakes are there", () => runs.length === 2);
      assertEquals(runs, [{ name: "a run" }, { name: "a run", mistakes: MISTAKES }]);
      end();
    });
  }

  // The clients above read deferred parts over multipart HTTP; that transport accepts subscriptions' parts only.
  for (const transport of REMOTE_TRANSPORTS.filter((one) => one !== multipart)) {
    it(`is sent by ${transport.name} after the rest of the run`, async () => {
      const evaluation = evaluator.hold();
      await using client = transport.connect(server);
      const results = client.execute({ query: QUERY, variables: { id } });
      assertEquals((await soon(results.next(), "the rest")).value as unknown, {
        data: { run: { name: "a run" } },
        hasNext: true,
      });
      evaluation.resolve(classified(1));
      assertEquals((await soon(results.next(), "the mistakes")).value as unknown, {
        incremental: [{ data: { mistakes: MISTAKES }, path: ["run"] }],
        hasNext: false,
      });
      assertEquals((await results.next()).done, true);
    });
  }
});

/** Returns a run without the fields that Apollo's cache adds. */
function withoutTypes(run: unknown): unknown {
  return JSON.parse(JSON.stringify(run, (key, value) => key === "__typename" ? undefined : value));
}
