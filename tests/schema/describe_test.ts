/** Names, tags and notes of runs through the API, and lists of runs that are filtered and sorted by them. */
import { assertEquals, assertMatch, fail } from "@std/assert";
import { after, before, describe, it } from "@std/testing/bdd";
import type { RunStore } from "../../runs/store/store.ts";
import type { ApiContext } from "../../schema/base/context.ts";
import { ask, epoch, openNewStore, refuse, STARTED } from "./support.ts";

const UPDATE = `mutation ($id: ID!, $input: UpdateRunInput!) {
  updateRun(runId: $id, input: $input) { run { id name tags note state } }
}`;
const NOBODY = btoa("Run:00000000-0000-0000-0000-000000000000");

let store: RunStore;
let context: ApiContext;
let close: () => Promise<void>;

function onNewStore(): void {
  before(async () => {
    ({ store, context, close } = await openNewStore());
  });
  after(() => close());
}

async function start(name: string, idempotencyKey?: string): Promise<string> {
  const { startTraining } = await ask(
    context,
    `mutation ($input: StartTrainingInput) { startTraining(input: $input) { run { id name } } }`,
    { input: { name, idempotencyKey } },
  );
  return startTraining.run.id;
}

/** Starts a run and trains so many epochs of it. */
async function startAndTrain(name: string, epochs: number): Promise<string> {
  const id = await start(name);
  const claim = await store.claim({ worker: "w", leaseMs: 60_000, runId: atob(id).slice(4) });
  await store.append(claim ?? fail("nothing to claim"), 1, [
    STARTED,
    ...Array.from({ length: epochs }, (_, at) => epoch(at + 1)),
    { type: "completed" },
  ]);
  return id;
}

describe("Mutation.updateRun", () => {
  onNewStore();

  it("renames, tags and notes a run, trimmed, and leaves the rest as it is", async () => {
    const id = await start("first");
    const { updateRun } = await ask(context, UPDATE, {
      id,
      input: { name: "  second ", tags: [" a ", "b", "a"], note: "one\n\ttwo\n" },
    });
    assertEquals(updateRun.run, {
      ...{ id, name: "second", tags: ["a", "b"], note: "one\n\ttwo", state: "QUEUED" },
    });
    const again = await ask(context, UPDATE, { id, input: { name: null, tags: [], note: null } });
    assertEquals(again.updateRun.run, { ...updateRun.run, tags: [] });
    const bare = await ask(context, UPDATE, { id, input: { note: " " } });
    assertEquals(bare.updateRun.run, { ...updateRun.run, tags: [], note: null });
  });

  it("is an event of each kind, once", async () => {
    const id = await start("first");
    for (let times = 0; times < 2; times++) {
      await ask(context, UPDATE, { id, input: { name: "second", tags: ["a"], note: "n" } });
    }
    const { run } = await ask(
      context,
      `query ($id: ID!) { run(id: $id) { events(afterSeq: 1) {
        __typename seq
        ... on RenamedEvent { name }
        ... on TaggedEvent { tags }
        ... on NotedEvent { note }
      } } }`,
      { id },
    );
    assertEquals(run.events, [
      { __typename: "RenamedEvent", seq: 2, name: "second" },
      { __typename: "TaggedEvent", seq: 3, tags: ["a"] },
      { __typename: "NotedEvent", seq: 4, note: "n" },
    ]);
  });

  it("answers a start that is sent again with the run by its new name", async () => {
    const id = await start("first", "key");
    await ask(context, UPDATE, { id, input: { name: "second" } });
    assertEquals(await start("first", "key"), id);
  });

  const refusals: readonly (readonly [string, unknown, RegExp, string])[] = [
    ["name", "", /name must be a line of 1 to 100 characters, got ""\.$/, "name"],
    ["name", "x".repeat(101), /name must be a line of 1 to 100/, "name"],
    ["name", "a\nb", /name must be a line/, "name"],
    ["tags", ["a", ""], /each of tags must be a line of 1 to 50 characters, got ""\.$/, "tags"],
    ["tags", ["x".repeat(51)], /each of tags must be a line of 1 to 50/, "tags"],
    ["tags", Array(21).fill("t"), /tags must be 20 at most, got 21\.$/, "tags"],
    ["note", "x".repeat(5001), /note must be text of at most 5000 characters, got 5001/, "note"],
    ["note", "a\0b", /note must be text/, "note"],
  ];
  for (const [field, value, pattern, path] of refusals) {
    it(`refuses the ${field} ${JSON.stringify(value).slice(0, 30)}`, async () => {
      const id = await start("first");
      const { message, extensions } = await refuse(context, UPDATE, {
        id,
        input: { [field]: value },
      });
      assertMatch(message, /^Cannot update a run: /);
      assertMatch(message, pattern);
      assertEquals(extensions?.code, "BAD_USER_INPUT");
      assertEquals((extensions?.path as string[]).slice(0, 2), ["input", path]);
      assertEquals((await store.get(atob(id).slice(4)))?.snapshot.lastSeq, 1);
    });
  }

  it("refuses to say nothing, and a run that is not there", async () => {
    const id = await start("first");
    const nothing = await refuse(context, UPDATE, { id, input: {} });
    assertMatch(nothing.message, /input must hold a name, tags or a note, got none of them\.$/);
    const nobody = await refuse(context, UPDATE, { id: NOBODY, input: { name: "x" } });
    assertEquals(nobody.extensions?.code, "NOT_FOUND");
  });
});

describe("Query.runs, filtered and sorted", () => {
  onNewStore();
  before(async () => {
    await startAndTrain("b", 1);
    await startAndTrain("C", 3);
    const id = await startAndTrain("a", 2);
    await ask(context, UPDATE, { id, input: { tags: ["best"], note: "The learning rate" } });
    await start("d");
  });

  const LIST = `query (
    $first: Int, $after: String, $tag: String, $search: String, $minTestAcc: Float, $orderBy: RunOrder
  ) {
    runs(
      first: $first, after: $after, tag: $tag, search: $search, minTestAcc: $minTestAcc, orderBy: $orderBy
    ) { totalCount nodes { name } pageInfo { endCursor hasNextPage hasPreviousPage } }
  }`;
  const list = async (variables: Readonly<Record<string, unknown>>) =>
    (await ask(context, LIST, variables)).runs;
  const names = async (variables: Readonly<Record<string, unknown>>) =>
    (await list(variables)).nodes.map(({ name }: { name: string }) => name).join("");

  it("filters by tag, by words and by the best test accuracy, and counts what matches", async () => {
    assertEquals(await names({}), "daCb");
    assertEquals(await names({ tag: "best" }), "a");
    assertEquals(await names({ search: "RATE basic" }), "a");
    assertEquals(await names({ minTestAcc: 0.8 }), "aC");
    assertEquals((await list({ first: 1, minTestAcc: 0.8 })).totalCount, 2);
  });

  it("lists the tags in use", async () => {
    const { tags } = await ask(context, "{ tags { name runCount } }");
    assertEquals(tags, [{ name: "best", runCount: 1 }]);
    const { message } = await refuse(context, "{ tags(first: 0) { name } }");
    assertMatch(message, /^Cannot list tags: first must be between 1 and 1000, got 0\.$/);
  });

  it("filters by several states, and refuses none of them or two ways to say it", async () => {
    const of = async (args: string) =>
      (await ask(context, `{ runs(${args}) { nodes { name metrics { epoch } } } }`)).runs.nodes;
    assertEquals(await of("states: [QUEUED, RUNNING]"), [{ name: "d", metrics: null }]);
    assertEquals(
      (await of("states: [QUEUED, COMPLETED]")).map(({ metrics }: { metrics: unknown }) => metrics),
      [null, { epoch: 2 }, { epoch: 3 }, { epoch: 1 }],
    );
    for (const args of ["states: []", "state: QUEUED, states: [QUEUED]"]) {
      const { message, extensions } = await refuse(context, `{ runs(${args}) { totalCount } }`);
      assertMatch(message, /^Cannot page through runs: .*states must/);
      assertEquals(extensions, { code: "BAD_USER_INPUT", path: ["states"] });
    }
  });

  it("pages through every order, each run once", async () => {
    const orders = {
      CREATED_AT: ["bCad", "daCb"],
      NAME: ["abCd", "dCba"],
      BEST_TEST_ACC: ["baCd", "Cabd"],
      TEST_ACC: ["baCd", "Cabd"],
      TEST_LOSS: ["Cabd", "baCd"],
      TRAIN_ACC: ["baCd", "Cabd"],
      TRAIN_LOSS: ["Cabd", "baCd"],
    };
    for (const [field, expected] of Object.entries(orders)) {
      for (const [at, direction] of ["ASC", "DESC"].entries()) {
        const orderBy = { field, direction };
        let seen = "";
        for (let after = null;;) {
          const page = await list({ first: 1, after, orderBy });
          seen += page.nodes[0].name;
          assertEquals(page.pageInfo.hasPreviousPage, after !== null);
          after = page.pageInfo.endCursor;
          if (!page.pageInfo.hasNextPage) break;
        }
        assertEquals(seen, expected[at], `${field} ${direction}`);
      }
    }
    assertEquals(await names({ orderBy: { field: "NAME" } }), "dCba");
    assertEquals(await names({ orderBy: {} }), "daCb");
  });

  it("goes on after a page whose last run was renamed meanwhile", async () => {
    const orderBy = { field: "NAME", direction: "ASC" };
    const id = await start("aa");
    const { pageInfo: { endCursor: after } } = await list({ first: 2, orderBy });
    await ask(context, UPDATE, { id, input: { name: "z" } });
    assertEquals(await names({ after, orderBy }), "bCdz");
    await ask(context, "mutation ($id: ID!) { cancelTraining(runId: $id) { run { id } } }", { id });
    await ask(context, "mutation ($id: ID!) { deleteRun(runId: $id) { deletedRunId } }", { id });
    const gone = await refuse(context, LIST, { after, orderBy });
    assertMatch(gone.message, /after must be a cursor of this connection/);
  });

  it("refuses a cursor of another order, and one that was made up", async () => {
    const orderBy = { field: "NAME", direction: "ASC" };
    const { pageInfo: { endCursor } } = await list({ first: 1, orderBy });
    const plain = (await list({ first: 1 })).pageInfo.endCursor;
    const place = `runs by NAME ASC:${atob(endCursor).split(":")[1]?.split("/")[0]}/`;
    const wrong = [
      [endCursor, { field: "NAME", direction: "DESC" }],
      [endCursor, { field: "TEST_LOSS", direction: "ASC" }],
      [endCursor, null],
      [plain, orderBy],
      [btoa(place), orderBy],
      [btoa(`${place}${btoa("7")}`), orderBy],
      [btoa(`${place}${btoa('{"a":1}')}`), orderBy],
    ];
    for (const [after, orderBy] of wrong) {
      const { message, extensions } = await refuse(context, LIST, { after, orderBy });
      assertMatch(message, /^Cannot page through runs.*: after must be a cursor/);
      assertEquals(extensions, { code: "BAD_USER_INPUT", path: ["after"] });
    }
  });

  it("refuses filters that can match nothing", async () => {
    for (
      const [variables, pattern] of [
        [{ minTestAcc: 1.5 }, /minTestAcc must be between 0 and 1, got 1\.5\.$/],
        [{ minTestAcc: -1 }, /minTestAcc must be between 0 and 1/],
        [{ tag: "" }, /tag must be a line of 1 to 50 characters/],
        [{ search: "x".repeat(201) }, /search must be a line of 1 to 200 characters/],
      ] as const
    ) {
      const { message, extensions } = await refuse(context, LIST, variables);
      assertMatch(message, pattern);
      assertEquals(extensions?.code, "BAD_USER_INPUT");
    }
  });
});
