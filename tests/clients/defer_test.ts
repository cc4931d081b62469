/** Clients that show what is there of a run while its checkpoint is still evaluated. */
import { ApolloClient, gql, HttpLink, InMemoryCache } from "@apollo/client";
import { Defer20220824Handler } from "@apollo/client/incremental";
import { assertEquals } from "@std/assert";
import { after, before, describe, it } from "@std/testing/bdd";
import { Client, fetchExchange } from "@urql/core";
import { createClient as createSseClient } from "graphql-sse";
import { createClient as createWsClient } from "graphql-ws";
import type { CheckpointEvaluator } from "../../runs/reading/checkpoint_evaluator.ts";
import { claimRun, createRun, soon, startTestServer, type TestServer } from "../server/support.ts";
import { socketUrl } from "./suite.ts";
import type { Classified } from "../../ml/metrics.ts";

const QUERY = `query Insight($id: ID!) {
  run(id: $id) {
    name
    ... @defer { mistakes(first: 1) { label predicted } }
  }
}`;

/** What is known of the run, more and more. */
type Seen = (run: unknown) => void;

/** How a client asks; the result ends what goes on. */
type Ask = (origin: string, id: string, seen: Seen) => () => void | Promise<void>;

const MERGED = [
  { name: "a run" },
  { name: "a run", mistakes: [{ label: 0, predicted: 1 }] },
];

const CLIENTS: Readonly<Record<string, Ask>> = {
  "Apollo Client"(origin, id, seen) {
    const client = new ApolloClient({
      cache: new InMemoryCache(),
      link: new HttpLink({ uri: `${origin}/graphql` }),
      incrementalHandler: new Defer20220824Handler(),
    });
    const query = client.watchQuery<{ run: unknown }>({ query: gql(QUERY), variables: { id } });
    query.subscribe(({ data }) => data?.run && seen(withoutTypes(data.run)));
    return () => client.stop();
  },
  urql(origin, id, seen) {
    const client = new Client({
      url: `${origin}/graphql`,
      exchanges: [fetchExchange],
      preferGetMethod: false,
    });
    const { unsubscribe } = client.query(QUERY, { id })
      .subscribe(({ data }) => seen(structuredClone(data.run)));
    return unsubscribe;
  },
};

/** Clients that hand over what they are sent. */
const BARE: Readonly<Record<string, (origin: string) => Bare>> = {
  "graphql-ws": (origin) => createWsClient({ url: socketUrl(origin), retryAttempts: 0 }),
  "graphql-sse": (origin) => createSseClient({ url: `${origin}/graphql`, retryAttempts: 0 }),
  "graphql-sse in single connection mode": (origin) =>
    createSseClient({ url: `${origin}/graphql`, retryAttempts: 0, singleConnection: true }),
};

interface Bare {
  iterate(request: {
    readonly query: string;
    readonly variables: Record<string, unknown>;
  }): AsyncIterableIterator<unknown>;
  dispose(): void | Promise<void>;
}

describe("clients that defer the mistakes of a run", () => {
  let server: TestServer;
  let id: string;
  let evaluation: PromiseWithResolvers<Classified>;

  before(async () => {
    const unused = () => Promise.reject(new Error("This is not asked for."));
    const evaluator: CheckpointEvaluator = {
      classify: unused,
      weights: unused,
      evaluate: () => evaluation.promise,
      close() {},
    };
    server = await startTestServer({
      evaluator,
      datasets: { open: (name, split) => Promise.resolve(zeros(name, split)) },
    });
    await createRun(server.store);
    const worker = await claimRun(server.store);
    id = btoa(`Run:${worker.runId}`);
    await worker.trainEpoch();
    await worker.append({
      ...{ type: "checkpoint", step: 4, epoch: 1, file: "step-000000004.safetensors" },
      ...{ bytes: 1, sha256: "0f".repeat(32), reason: "epoch", testAcc: 0.91 },
    });
  });
  after(() => server[Symbol.asyncDispose]());

  for (const [name, ask] of Object.entries(CLIENTS)) {
    it(`see the rest before: ${name}`, async () => {
      evaluation = Promise.withResolvers();
      const all: unknown[] = [];
      let wake = () => {};
      const end = ask(server.origin, id, (run) => {
        all.push(run);
        wake();
      });
      const until = async (count: number) => {
        while (all.length < count) await new Promise<void>((resolve) => wake = resolve);
      };
      await soon(until(1), "the rest");
      evaluation.resolve(ones());
      await soon(until(2), "the mistakes");
      assertEquals(all, MERGED);
      await end();
    });
  }

  for (const [name, create] of Object.entries(BARE)) {
    it(`are sent the rest before: ${name}`, async () => {
      evaluation = Promise.withResolvers();
      const client = create(server.origin);
      const parts = client.iterate({ query: QUERY, variables: { id } });
      assertEquals((await soon(parts.next(), "the rest")).value, {
        data: { run: { name: "a run" } },
        hasNext: true,
      });
      evaluation.resolve(ones());
      assertEquals((await soon(parts.next(), "the mistakes")).value, {
        incremental: [{ data: { mistakes: [{ label: 0, predicted: 1 }] }, path: ["run"] }],
        hasNext: false,
      });
      assertEquals((await parts.next()).done, true);
      await client.dispose();
    });
  }
});

/** Samples of class 0. */
function zeros(name: string, split: "train" | "test") {
  const [images, labels] = [new Uint8Array(64 * 4), new Uint8Array(64)];
  const classes = [..."0123456789"];
  return { name, split, count: 64, images, labels, imageShape: [2, 2, 1] as const, classes };
}

/** All taken for class 1. */
function ones(): Classified {
  return { predicted: new Int32Array(64).fill(1), probabilities: new Float32Array(640) };
}

/** Without what Apollo's cache adds. */
function withoutTypes(run: unknown): unknown {
  return JSON.parse(JSON.stringify(run, (key, value) => key === "__typename" ? undefined : value));
}
