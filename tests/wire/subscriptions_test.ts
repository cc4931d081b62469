/** The tables of cases over every transport, and what all transports have in common beside them. */
import { assert, assertEquals } from "@std/assert";
import { after, before, describe, it } from "@std/testing/bdd";
import type { SeenError } from "../support/api.ts";
import { soon, until } from "../support/until.ts";
import { startServer, useServer } from "../support/start_server.ts";
import { apiId, claimRun, createRun, startRun } from "../support/written_run.ts";
import { CASES, REFUSALS, RUN, type SubscriptionCase } from "./cases.ts";
import { createTicks } from "./ticks_schema.ts";
import { REMOTE_TRANSPORTS, TRANSPORTS } from "./transports.ts";
import type { Results, WireClient } from "./transports/transport.ts";
import { createLogWriter, watchWaits } from "./write_log.ts";

const TOKEN = "correct-horse-battery-staple";

for (const transport of TRANSPORTS) {
  describe(`a subscription by ${transport.name}`, () => {
    const server = useServer();
    let client: WireClient;
    let waits: ReturnType<typeof watchWaits>;
    before(() => {
      client = transport.connect(server);
      waits = watchWaits(server.store);
    });
    after(async () => await client[Symbol.asyncDispose]());

    for (const [name, one] of Object.entries(CASES)) {
      it(name, () => runCase(one));
    }

    async function runCase(
      { operation: query, variables, log, hasQueuedRun, sees, live = [], ends = true }:
        SubscriptionCase,
    ): Promise<void> {
      const run = createLogWriter(server.store);
      if (log) await run.write(log);
      const queued = hasQueuedRun && await createRun(server.store);
      const runId = run.id();
      const results = client.execute({
        query,
        variables: { ...variables, ...(runId && query.includes("$runId") ? { runId } : {}) },
      });
      const expectValues = async (values: readonly unknown[], isComplete: boolean) => {
        for (const value of values) {
          const actual = await rootValue(results);
          assertEquals(actual, JSON.parse(JSON.stringify(value).replaceAll(RUN, run.id() ?? RUN)));
        }
        if (isComplete) assertEquals(await results.next(), { done: true, value: undefined });
      };
      await expectValues(sees, ends && live.length === 0);
      for (const [at, [entries, seen]] of live.entries()) {
        const expected = expectValues(seen, ends && at === live.length - 1);
        await Promise.race([waits.waiting(), expected]);
        await run.write(entries);
        await soon(expected, "the client must see the events");
      }
      await results.return?.();
      await run.end();
      if (queued) await server.store.request(queued.id, "cancel");
      await waits.idle();
    }

    it("runStates: starts with every open run, then follows each change of a state", async () => {
      const states = client.execute({ query: "subscription { runStates { id state } }" });
      const [first, second] = [await createRun(server.store), await createRun(server.store)];
      const expectState = async (id: string, state: string) =>
        assertEquals(await rootValue(states), { id: apiId(id), state });
      await expectState(first.id, "QUEUED");
      await expectState(second.id, "QUEUED");
      const run = await claimRun(server.store, { id: apiId(first.id), started: false });
      await expectState(first.id, "RUNNING");
      await run.complete();
      await expectState(first.id, "COMPLETED");
      const third = await createRun(server.store);
      await expectState(third.id, "QUEUED");
      await states.return?.();
      for (const { id } of [second, third]) await server.store.request(id, "cancel");
      await waits.idle();
    });

    for (const [field, message, code, path] of REFUSALS) {
      it(`is refused before it begins: ${field}`, async () => {
        const [error, ...others] = await errorsOf(client.execute({
          query: `subscription { ${field} }`,
        }));
        assertEquals(others, []);
        assert(error?.message.startsWith(message), error?.message);
        assertEquals(error?.extensions, { code, ...(path ? { path: [path] } : {}) });
      });
    }
  });

  describe(`an operation by ${transport.name}`, () => {
    it("is a query or a mutation as well, with its result or its error", async () => {
      await using server = await startServer();
      await using client = transport.connect(server);
      const results = async (query: string) =>
        plain(await Array.fromAsync(client.execute({ query })));
      assertEquals(await results("{ __typename }"), [{ data: { __typename: "Query" } }]);
      assertEquals(await results("mutation { startTraining { run { state } } }"), [
        { data: { startTraining: { run: { state: "QUEUED" } } } },
      ]);
      const [error] = await errorsOf(client.execute({
        query: "mutation { startTraining(input: { epochs: 0 }) { run { id } } }",
      }));
      assertEquals(error?.extensions?.code, "BAD_USER_INPUT");
    });

    for (const field of ["ticks", "silent"]) {
      it(`ends on the server when the client leaves a subscription to '${field}'`, async () => {
        const { schema, open, ticks } = createTicks();
        await using server = await startServer({ schema });
        await using client = transport.connect(server);
        const results = client.execute({ query: `subscription { ${field} }` });
        const first = results.next();
        await until("the subscription opens", () => open() === 1);
        if (field === "ticks") await first;
        await results.return?.();
        await until("the subscription ends with its client", () => open() === 0);
        await first.catch(() => {});
        const count = ticks();
        await server.stop();
        assertEquals(ticks(), count);
      });
    }
  });
}

for (const transport of REMOTE_TRANSPORTS) {
  describe(`the server by ${transport.name}`, () => {
    const server = useServer({ token: TOKEN });

    const refused: Readonly<Record<string, readonly [query: string, variables?: object]>> = {
      "a document that cannot be parsed": ["subscription {"],
      "a field that does not exist": ["subscription { nothing }"],
      "a variable of another type": [
        "subscription ($after: Int) { epochs(afterEpoch: $after) { number } }",
        { after: "one" },
      ],
    };
    for (const [what, [query, variables]] of Object.entries(refused)) {
      it(`refuses ${what}, and shows no detail of HTTP in the error`, async () => {
        await using client = transport.connect(server, { token: TOKEN });
        const [error] = await errorsOf(client.execute({ query, variables: { ...variables } }));
        assertEquals(error?.extensions?.code, "BAD_USER_INPUT");
        assertEquals(error?.extensions?.http, undefined);
      });
    }

    it("answers a client with the token, and no other", async () => {
      const tokens = { none: {}, wrong: { token: "wrong" }, right: { token: TOKEN } };
      for (const [name, options] of Object.entries(tokens)) {
        await using client = transport.connect(server, options);
        const { value } = await client.execute({ query: "{ __typename }" }).next();
        const code = value?.errors?.[0]?.extensions?.code;
        assertEquals(code, name === "right" ? undefined : "UNAUTHENTICATED", name);
      }
    });

    it("limits the open subscriptions of a client, and lets it open another when one has ended", async () => {
      const { schema, open } = createTicks();
      await using server = await startServer({ schema, limits: { subscriptions: 1 } });
      await using client = transport.connect(server);
      const subscribe = () => client.execute({ query: "subscription { silent }" });
      const first = subscribe();
      const waiting = first.next();
      await until("the first opens", () => open() === 1);
      const [error] = await soon(errorsOf(subscribe()), "the second must be refused");
      assertEquals(error?.extensions?.code, "RATE_LIMITED");
      assertEquals(
        error?.message,
        "Cannot answer: a client must have at most 1 subscriptions open, got 2. End one first.",
      );
      await first.return?.();
      await waiting.catch(() => {});
      await until("the first ends", () => open() === 0);
      await until("another opens", async () => {
        const next = subscribe();
        const isRefused = next.next().then(() => true, () => true);
        const opened = until("it opens", () => open() === 1);
        const isOpen = await Promise.race([isRefused.then(() => false), opened.then(() => true)]);
        await next.return?.();
        return isOpen;
      });
    });

    it("is found again after a restart by a client that follows a run", async () => {
      const first = await startServer();
      const { origin, store } = first;
      const run = await startRun(store);
      await run.trainEpoch();
      await using client = transport.connect(first, { reconnects: true });
      const results = client.execute({ query: "subscription { epochs { number } }" });
      assertEquals(await rootValue(results), { number: 1 });

      const onward = rootValue(results);
      await first.stop();
      await using _second = await startServer({ port: Number(new URL(origin).port), store });
      // The client repeats its operation without a cursor, and the server replays the run.
      assertEquals(await soon(onward, "the client must come back"), { number: 1 });
      await run.trainEpoch();
      assertEquals(await rootValue(results), { number: 2 });
      await run.complete();
      assertEquals((await results.next()).done, true);
      await first[Symbol.asyncDispose]();
    });
  });
}

/** Reads the next result, which must have data, and returns its root field. */
async function rootValue(results: Results): Promise<unknown> {
  const { value, done } = await results.next();
  assertEquals([done, value?.errors], [false, undefined]);
  return plain(Object.values(value?.data ?? {})[0]);
}

/** Reads the errors of an operation that is refused: its first result, after which it is complete. */
async function errorsOf(results: Results): Promise<readonly SeenError[]> {
  const { value } = await results.next();
  assertEquals((await results.next()).done, true);
  return plain(value?.errors ?? []) as readonly SeenError[];
}

function plain(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}
