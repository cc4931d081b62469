/** Runs through the API, on a real store: reading, listing, cancelling and deleting them. */
import { assert, assertEquals, assertMatch, assertStrictEquals, fail } from "@std/assert";
import { before, describe, it } from "@std/testing/bdd";
import { StoreUnavailableError } from "../../runs/store/errors.ts";
import { useApi } from "../support/api.ts";
import { batches, epoch, MISSING_RUN, started, trainedEpoch } from "../support/written_run.ts";

const CANCEL = "mutation ($id: ID!) { cancelTraining(runId: $id) { run { id state } } }";
const DELETE = "mutation ($id: ID!) { deleteRun(runId: $id) { deletedRunId } }";

describe("a run", () => {
  const api = useApi();

  it("shows its progress, epochs, events and curves during training", async () => {
    const id = await api.start({ trainSamples: 100, testSamples: 50 });
    const { append, claim } = await api.claim(id);
    await append(started(claim.run.spec), ...trainedEpoch(1), batches(2, 5, 2));
    const run = await api.readRun(
      id,
      `state device engine attempts lastSeq bestTestAcc
      progress { epoch epochs step steps samplesPerSecond etaSeconds }
      epochs { seq runId number trainAcc trainLoss testAcc testLoss learningRate seconds at }
      events { __typename seq runId ... on StartedEvent { stepsPerEpoch } ... on Epoch { number } }
      page: events(first: 2, afterSeq: 3) { seq ... on BatchesEvent { firstStep losses } }
      curves { svg png(scale: 1) }`,
    );
    const { progress, epochs: [{ at, ...first }, ...more], events, page, curves, ...rest } = run;
    assertEquals(rest, {
      ...{ state: "RUNNING", device: "CPU (a test, 2 threads)", engine: "None 1.0" },
      ...{ attempts: 1, lastSeq: 6, bestTestAcc: 0.91 },
    });
    assertEquals(progress, {
      ...{ epoch: 1, epochs: 2, step: 6, steps: 8, samplesPerSecond: 8000 },
      // All was reported at one time.
      etaSeconds: null,
    });
    assert(Date.parse(at) > 0);
    const { type: _, ...expected } = epoch(1);
    assertEquals([first, more], [{ seq: 5, runId: id, ...expected }, []]);
    assertEquals(
      events,
      [
        { __typename: "QueuedEvent" },
        { __typename: "ClaimedEvent" },
        { __typename: "StartedEvent", stepsPerEpoch: 4 },
        { __typename: "BatchesEvent" },
        { __typename: "Epoch", number: 1 },
        { __typename: "BatchesEvent" },
      ].map((event, at) => ({ ...event, seq: at + 1, runId: id })),
    );
    assertEquals(page, [{ seq: 4, firstStep: 1, losses: [2, 1.5, 1, 0.5] }, { seq: 5 }]);
    assertMatch(curves.svg, /^<svg.*BASIC_CNN, seed 7.*<\/svg>\s*$/s);
    assertMatch(curves.png, /^data:image\/png;base64,/);
  });

  it("shows more epochs than are read at a time", async () => {
    const id = await api.start({ epochs: 1001 });
    const { append } = await api.claim(id);
    const numbers = Array.from({ length: 1001 }, (_, at) => at + 1);
    await append(started(), ...numbers.map(epoch));
    const { epochs } = await api.readRun(id, "epochs { number }");
    assertEquals(epochs, numbers.map((number) => ({ number })));
  });

  it("is a node", async () => {
    const id = await api.start();
    const query = "query ($id: ID!) { node(id: $id) { __typename id ... on Run { state } } }";
    assertEquals((await api.ask(query, { id })).node, { __typename: "Run", id, state: "QUEUED" });
  });

  it("is null if it does not exist", async () => {
    const query = "query ($id: ID!) { run(id: $id) { id } node(id: $id) { id } }";
    assertEquals(await api.ask(query, { id: MISSING_RUN }), { run: null, node: null });
  });

  it("is not looked up in the store by a cursor or id that holds no key", async () => {
    const store = { ...api.store, get: () => fail("get"), list: () => fail("list") };
    const rows = [
      ["query ($of: String) { runs(after: $of) { totalCount } }", btoa("runs:a\0b")],
      ["query ($of: ID!) { run(id: $of) { id } }", btoa("Run:a\0b")],
      ["query ($of: ID!) { node(id: $of) { id } }", btoa("Run:" + "x".repeat(101))],
    ] as const;
    for (const [query, of] of rows) {
      const { extensions } = await api.with({ store }).refuse(query, { of });
      assertEquals(extensions.code, "BAD_USER_INPUT");
    }
  });
});

describe("Query.runs", () => {
  const api = useApi();
  const list = `query ($first: Int, $after: String, $state: RunState) {
    runs(first: $first, after: $after, state: $state) {
      nodes { id state } edges { cursor node { id } } totalCount
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
  }`;
  const ids: string[] = [];
  before(async () => {
    for (let count = 0; count < 5; count++) ids.unshift(await api.start());
    await api.claim(); // The oldest.
  });

  it("lists runs from the newest", async () => {
    const { runs } = await api.ask("{ runs { nodes { id } totalCount } }");
    assertEquals(runs, { nodes: ids.map((id) => ({ id })), totalCount: 5 });
  });

  it("pages through every run once", async () => {
    const seen: string[] = [];
    const flags: [boolean, boolean][] = [];
    for (let after: string | null = null, more = true; more;) {
      // deno-lint-ignore no-explicit-any
      const { runs }: any = await api.ask(list, { first: 2, after });
      seen.push(...runs.nodes.map((run: { id: string }) => run.id));
      flags.push([runs.pageInfo.hasPreviousPage, runs.pageInfo.hasNextPage]);
      assertStrictEquals(runs.pageInfo.startCursor, runs.edges[0].cursor);
      after = runs.pageInfo.endCursor;
      more = runs.pageInfo.hasNextPage;
    }
    assertEquals(seen, ids);
    assertEquals(flags, [[false, true], [true, true], [true, false]]);
  });

  it("lists the runs in one state", async () => {
    const { runs } = await api.ask(list, { state: "RUNNING" });
    assertEquals(runs.nodes, [{ id: ids[4], state: "RUNNING" }]);
    assertEquals(runs.totalCount, 1);
  });
});

describe("Mutation.cancelTraining", () => {
  const api = useApi();

  it("cancels a queued run at once", async () => {
    const id = await api.start();
    const { cancelTraining: { run } } = await api.ask(CANCEL, { id });
    assertEquals(run, { id, state: "CANCELLED" });
  });

  it("asks the worker of a running run", async () => {
    const id = await api.start();
    await api.claim(id);
    const { cancelTraining: { run } } = await api.ask(CANCEL, { id });
    assertEquals(run, { id, state: "CANCELLING" });
  });
});

describe("Mutation.deleteRun", () => {
  const api = useApi();

  it("deletes a finished run, which cannot be found afterwards", async () => {
    const id = await api.start();
    await api.ask(CANCEL, { id });
    assertEquals(await api.ask(DELETE, { id }), { deleteRun: { deletedRunId: id } });
    assertEquals(await api.readRun(id, "id"), null);
    assertEquals((await api.refuse(DELETE, { id })).extensions, { code: "NOT_FOUND" });
  });
});

describe("an error", () => {
  const api = useApi();
  const failing = (error: Error) => ({ ...api.store, list: () => Promise.reject(error) });

  it("of the store is UNAVAILABLE, with what to do about it", async () => {
    const message = "Cannot read runs: the disk is full. Free some space.";
    const store = failing(new StoreUnavailableError(message));
    assertEquals(await api.with({ store }).refuse("{ runs { totalCount } }"), {
      message,
      extensions: { code: "UNAVAILABLE" },
    });
  });

  it("that was not expected is logged, and hidden from the client", async () => {
    const error = new TypeError("secret");
    const logged: unknown[] = [];
    const onUnexpectedError = (...args: unknown[]) => logged.push(args);
    const broken = api.with({ store: failing(error), onUnexpectedError });
    assertEquals(await broken.refuse("{ all: runs { totalCount } }"), {
      message: "Unexpected error",
      extensions: { code: "INTERNAL" },
    });
    assertEquals(logged, [[error, "all"]]);
  });
});
