/** Names, tags and notes of runs through the API, and lists of runs filtered and sorted by them. */
import { assertEquals, assertMatch } from "@std/assert";
import { before, describe, it } from "@std/testing/bdd";
import { useApi, type Variables } from "../support/api.ts";
import { epoch, started } from "../support/written_run.ts";

const UPDATE = `mutation ($id: ID!, $input: UpdateRunInput!) {
  updateRun(runId: $id, input: $input) { run { id name tags note state } }
}`;

describe("Mutation.updateRun", () => {
  const api = useApi();

  it("renames, tags and notes a run, trimmed, and leaves the rest as it is", async () => {
    const id = await api.start({ name: "first" });
    const rows = [
      [
        { name: "  second ", tags: [" a ", "b", "a"], note: "one\n\ttwo\n" },
        { name: "second", tags: ["a", "b"], note: "one\n\ttwo" },
      ],
      [{ name: null, tags: [], note: null }, { name: "second", tags: [], note: "one\n\ttwo" }],
      [{ note: " " }, { name: "second", tags: [], note: null }],
    ];
    for (const [input, expected] of rows) {
      const { updateRun } = await api.ask(UPDATE, { id, input });
      assertEquals(updateRun.run, { id, state: "QUEUED", ...expected });
    }
  });

  it("appends an event for each change, once", async () => {
    const id = await api.start({ name: "first" });
    for (let times = 0; times < 2; times++) {
      await api.ask(UPDATE, { id, input: { name: "second", tags: ["a"], note: "n" } });
    }
    const { events } = await api.readRun(
      id,
      `events(afterSeq: 1) {
        __typename seq ... on RenamedEvent { name } ... on TaggedEvent { tags } ... on NotedEvent { note }
      }`,
    );
    assertEquals(events, [
      { __typename: "RenamedEvent", seq: 2, name: "second" },
      { __typename: "TaggedEvent", seq: 3, tags: ["a"] },
      { __typename: "NotedEvent", seq: 4, note: "n" },
    ]);
  });

  it("does not hide the run from a repeated start with its old name", async () => {
    const input = { name: "first", idempotencyKey: "key" };
    const id = await api.start(input);
    await api.ask(UPDATE, { id, input: { name: "second" } });
    assertEquals(await api.start(input), id);
  });
});

describe("Query.runs, filtered and sorted", () => {
  const api = useApi();
  before(async () => {
    await startAndTrain("b", 1);
    await startAndTrain("C", 3);
    const id = await startAndTrain("a", 2);
    await api.ask(UPDATE, { id, input: { tags: ["best"], note: "The learning rate" } });
    await api.start({ name: "d" });
  });

  /** Trains a run that gets better with each epoch. */
  async function startAndTrain(name: string, epochs: number): Promise<string> {
    const id = await api.start({ name });
    const { append, complete } = await api.claim(id);
    const ends = Array.from({ length: epochs }, (_, at) => {
      const [number, loss] = [at + 1, 1 / (at + 1)];
      return { ...epoch(number), trainAcc: number / 10, trainLoss: loss, testLoss: loss };
    });
    await append(started(), ...ends);
    await complete();
    return id;
  }

  const LIST = `query (
    $first: Int, $after: String, $tag: String, $search: String, $minTestAcc: Float, $orderBy: RunOrder
  ) {
    runs(
      first: $first, after: $after, tag: $tag, search: $search, minTestAcc: $minTestAcc, orderBy: $orderBy
    ) { totalCount nodes { name } pageInfo { endCursor hasNextPage hasPreviousPage } }
  }`;
  const list = async (variables: Variables) => (await api.ask(LIST, variables)).runs;
  const names = async (variables: Variables) =>
    (await list(variables)).nodes.map(({ name }: { name: string }) => name).join("");

  it("filters by tag, by words and by the best test accuracy, and counts the matches", async () => {
    assertEquals(await names({}), "daCb");
    assertEquals(await names({ tag: "best" }), "a");
    assertEquals(await names({ search: "RATE basic" }), "a");
    assertEquals(await names({ minTestAcc: 0.92 }), "aC");
    assertEquals((await list({ first: 1, minTestAcc: 0.92 })).totalCount, 2);
  });

  it("lists the tags in use", async () => {
    const { tags } = await api.ask("{ tags { name runCount } }");
    assertEquals(tags, [{ name: "best", runCount: 1 }]);
  });

  it("filters by several states", async () => {
    const of = async (args: string) =>
      (await api.ask(`{ runs(${args}) { nodes { name metrics { epoch } } } }`)).runs.nodes;
    assertEquals(await of("states: [QUEUED, RUNNING]"), [{ name: "d", metrics: null }]);
    const both = await of("states: [QUEUED, COMPLETED]");
    const epochs = both.map(({ metrics }: { metrics?: { epoch: number } }) => metrics?.epoch);
    assertEquals(epochs, [undefined, 2, 3, 1]);
  });

  const orders = {
    CREATED_AT: ["bCad", "daCb"],
    NAME: ["abCd", "dCba"],
    STATE: ["aCbd", "daCb"],
    NETWORK: ["daCb", "daCb"],
    DATASET: ["daCb", "daCb"],
    BEST_TEST_ACC: ["baCd", "Cabd"],
    TEST_ACC: ["baCd", "Cabd"],
    TEST_LOSS: ["Cabd", "baCd"],
    TRAIN_ACC: ["baCd", "Cabd"],
    TRAIN_LOSS: ["Cabd", "baCd"],
  };
  for (const [field, expected] of Object.entries(orders)) {
    for (const [at, direction] of ["ASC", "DESC"].entries()) {
      it(`pages through every run once, ordered by ${field} ${direction}`, async () => {
        let seen = "";
        for (let after = null;;) {
          const page = await list({ first: 1, after, orderBy: { field, direction } });
          seen += page.nodes[0].name;
          assertEquals(page.pageInfo.hasPreviousPage, after !== null);
          after = page.pageInfo.endCursor;
          if (!page.pageInfo.hasNextPage) break;
        }
        assertEquals(seen, expected[at]);
      });
    }
  }

  it("sorts in descending order, by time, unless asked otherwise", async () => {
    assertEquals(await names({ orderBy: { field: "NAME" } }), "dCba");
    assertEquals(await names({ orderBy: {} }), "daCb");
  });

  it("continues after a page whose last run was renamed meanwhile", async () => {
    const orderBy = { field: "NAME", direction: "ASC" };
    const id = await api.start({ name: "aa" });
    const { pageInfo: { endCursor: after } } = await list({ first: 2, orderBy });
    await api.ask(UPDATE, { id, input: { name: "z" } });
    assertEquals(await names({ after, orderBy }), "bCdz");
    await api.ask("mutation ($id: ID!) { cancelTraining(runId: $id) { run { id } } }", { id });
    await api.ask("mutation ($id: ID!) { deleteRun(runId: $id) { deletedRunId } }", { id });
    const { message } = await api.refuse(LIST, { after, orderBy });
    assertMatch(message, /after must be a cursor of this connection/);
  });

  it("refuses a cursor of another order, and a forged one", async () => {
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
      const { message, extensions } = await api.refuse(LIST, { after, orderBy });
      assertMatch(message, /^Cannot page through runs.*: after must be a cursor/);
      assertEquals(extensions, { code: "BAD_USER_INPUT", path: ["after"] });
    }
  });
});
