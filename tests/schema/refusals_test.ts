/**
 * Tables of what each root field refuses: arguments outside their rules, and runs in a state that does not allow it.
 */
import { assertEquals, assertMatch } from "@std/assert";
import { before, describe, it } from "@std/testing/bdd";
import { badInput, badTraining, useApi, type Variables } from "../support/api.ts";
import { apiId, batches, checkpoint, MISSING_RUN, started } from "../support/written_run.ts";

const LONG = "x".repeat(101);
const NO_SAMPLE_CURSOR = btoa("samples of mnist (test):1");
const NO_RUN_CURSOR = btoa("runs:00000000-0000-0000-0000-000000000000");

/** Arguments that a field refuses: what its messages start with, and for each row the rest and the argument's path. */
interface Refusals {
  readonly operation: string;
  readonly start: string;
  readonly rows: readonly (readonly [
    variables: Variables,
    rule: string | RegExp,
    ...path: readonly (string | number)[],
  ])[];
}

const startTraining =
  "mutation ($input: StartTrainingInput) { startTraining(input: $input) { run { id } } }";
const updateRun =
  "mutation ($id: ID!, $input: UpdateRunInput!) { updateRun(runId: $id, input: $input) { run { id } } }";
const runs =
  `query ($first: Int, $after: String, $state: RunState, $states: [RunState!], $tag: String,
  $search: String, $minTestAcc: Float) { runs(first: $first, after: $after, state: $state, states: $states,
  tag: $tag, search: $search, minTestAcc: $minTestAcc) { totalCount } }`;
const runQuery = "query ($id: ID!) { run(id: $id) { id } }";
const of = (name: string) =>
  `mutation ($id: ID!) { ${name}(runId: $id) { ${
    name === "deleteRun" ? "deletedRunId" : "run { id }"
  } } }`;
const resume =
  "mutation ($id: ID!, $epochs: Int) { resumeTraining(runId: $id, epochs: $epochs) { run { id } } }";
const nameCheckpoint =
  `mutation ($id: ID!, $name: String, $checkpoint: String, $epoch: Int, $step: Int) {
  nameCheckpoint(runId: $id, name: $name, checkpoint: $checkpoint, epoch: $epoch, step: $step) { run { id } } }`;
const part = (field: string, args: string, types: string) =>
  `query ($id: ID!, ${types}) { run(id: $id) { ${field}(${args}) { seq } } }`;
const samples = `query ($first: Int, $after: String, $label: Int, $dataset: String) {
  samples(first: $first, after: $after, label: $label, dataset: $dataset) { totalCount } }`;
const batch = `query ($batchSize: Int, $seed: Int, $epoch: Int, $number: Int, $dataset: String) {
  batch(batchSize: $batchSize, seed: $seed, epoch: $epoch, number: $number, dataset: $dataset) { number } }`;

/** Rows of a field whose arguments are those of its 'input'. */
const inInput = (rows: Refusals["rows"]): Refusals["rows"] =>
  rows.map(([input, rule, ...path]) => [{ input }, rule, "input", ...path]);

const NOT_MINE = (after: string) =>
  `after must be a cursor of this connection, got '${after}'. Start again without after.`;

const REFUSALS: Readonly<Record<string, Refusals>> = {
  startTraining: {
    operation: startTraining,
    start: "Cannot train",
    rows: inInput([
      ...([
        ["epochs", 0, "between 1 and 10000"],
        ["epochs", -3, "between 1 and 10000"],
        ["batchSize", 0, "between 1 and 4096"],
        ["batchSize", 70_000, "between 1 and 4096"],
        ["learningRate", 0, "above 0 and at most 100"],
        ["learningRate", 1e300, "above 0 and at most 100"],
        ["seed", -1, "between 0 and 2147483647"],
        ["trainSamples", 60_001, "between 1 and 60000"],
        ["testSamples", 0, "between 1 and 10000"],
      ] as const).map(([field, value, rule]) =>
        [{ [field]: value }, ` with ${field} ${value}: ${field} must be ${rule}.`, field] as const
      ),
      ...["", "   ", "two\nlines", LONG, "\ud800"].map((name) =>
        [{ name }, /^: name must be a line of 1 to 100 characters, got "/, "name"] as const
      ),
      [{ idempotencyKey: "k".repeat(256) }, /^/, "idempotencyKey"],
    ]),
  },
  updateRun: {
    operation: updateRun,
    start: "Cannot update a run: ",
    rows: inInput([
      [{ name: "" }, 'name must be a line of 1 to 100 characters, got "".', "name"],
      [{ name: LONG }, /^name must be a line of 1 to 100/, "name"],
      [{ name: "a\nb" }, /^name must be a line/, "name"],
      [{ tags: ["a", ""] }, /^each of tags must be a line of 1 to 50 .*, got ""\.$/, "tags", 1],
      [{ tags: ["x".repeat(51)] }, /^each of tags must be a line of 1 to 50/, "tags", 0],
      [{ tags: Array(21).fill("t") }, "tags must be 20 at most, got 21.", "tags"],
      [{ note: "x".repeat(5001) }, /^note must be text of at most 5000 .*, got 5001/, "note"],
      [{ note: "a\0b" }, /^note must be text/, "note"],
      [{}, "input must hold a name, tags or a note, got none of them."],
    ]),
  },
  nameCheckpoint: {
    operation: nameCheckpoint,
    start: "Cannot name a checkpoint: ",
    rows: [
      [{}, "name must be given, or null to take it off.", "name"],
      [{ name: " " }, 'name must be a line of 1 to 50 characters, got " ".', "name"],
      [{ name: "x".repeat(51) }, /^name must be a line of 1 to 50 characters/, "name"],
      [{ name: "a\nb" }, /^name must be a line/, "name"],
      [
        { name: "step-000000004.safetensors" },
        "name must not look like that of a checkpoint's file, got 'step-000000004.safetensors'.",
        "name",
      ],
      [{ name: "x", step: 0 }, "step must be 1 or more, got 0.", "step"],
      [{ name: "x", epoch: 1, step: 4 }, /^epoch and step .* both be given, got 1 and 4/, "step"],
      [{ name: "x", checkpoint: "a", step: 4 }, /^checkpoint and step .* both be given/, "step"],
    ],
  },
  ...Object.fromEntries(
    [
      ["cancelTraining", "x"],
      ["pauseTraining", btoa("Sample:mnist:train:1")],
      ["deleteRun", btoa("Sample:mnist:train:1")],
    ].map(([field = "", id]) => [field, {
      ...{ operation: of(field), start: "", rows: [[{ id }, /^/, "runId"]] as const },
    }]),
  ),
  run: {
    operation: runQuery,
    start: "Cannot read a run: id must be the id of a Run, got ",
    rows: [
      ...["7", "", btoa("Run:"), btoa("Run:a\0b")].map((id) => [{ id }, `'${id}'.`, "id"] as const),
      [{ id: btoa("Sample:mnist:train:1") }, "the id of a Sample.", "id"],
    ],
  },
  "run { events }": {
    operation: part("events", "first: $first, afterSeq: $afterSeq", "$first: Int, $afterSeq: Int"),
    start: "Cannot read events: ",
    rows: [
      [{ first: 0 }, "first must be between 1 and 1000, got 0.", "first"],
      [{ first: 1, afterSeq: -1 }, "afterSeq must be 0 or more, got -1.", "afterSeq"],
    ],
  },
  "run { systemMetrics }": {
    operation: part("systemMetrics", "maxPoints: $maxPoints", "$maxPoints: Int"),
    start: "Cannot read system metrics: ",
    rows: [[{ maxPoints: 0 }, "maxPoints must be between 1 and 2000, got 0.", "maxPoints"]],
  },
  runs: {
    operation: runs,
    start: "Cannot page through runs: ",
    rows: [
      ...[0, -1, 201].map((first) =>
        [{ first }, `first must be between 1 and 200, got ${first}.`, "first"] as const
      ),
      ...["x", btoa("samples of mnist (train):1"), apiId("x"), NO_RUN_CURSOR]
        .map((after) => [{ after }, NOT_MINE(after), "after"] as const),
      [{ states: [] }, /states must/, "states"],
      [{ state: "QUEUED", states: ["QUEUED"] }, /states must/, "states"],
      [{ minTestAcc: 1.5 }, "minTestAcc must be between 0 and 1, got 1.5.", "minTestAcc"],
      [{ minTestAcc: -1 }, /^minTestAcc must be between 0 and 1/, "minTestAcc"],
      [{ tag: "" }, /^tag must be a line of 1 to 50 characters/, "tag"],
      [{ search: "x".repeat(201) }, /^search must be a line of 1 to 200 characters/, "search"],
    ],
  },
  tags: {
    operation: "query ($first: Int) { tags(first: $first) { name } }",
    start: "Cannot list tags: ",
    rows: [[{ first: 0 }, "first must be between 1 and 1000, got 0.", "first"]],
  },
  samples: {
    operation: samples,
    start: "Cannot page through samples",
    rows: [
      ...[0, 1001].map((first) =>
        [{ first }, `: first must be between 1 and 1000, got ${first}.`, "first"] as const
      ),
      ...[10, -1].map((label) =>
        [{ label }, `: label must be between 0 and 9, got ${label}.`, "label"] as const
      ),
      [{ dataset: "cifar" }, ": dataset must be mnist or fashion-mnist, got 'cifar'.", "dataset"],
      ...["nonsense", NO_SAMPLE_CURSOR].map((after) =>
        [{ after }, ` of mnist (train): ${NOT_MINE(after)}`, "after"] as const
      ),
    ],
  },
  batch: {
    operation: batch,
    start: "Cannot load a batch: ",
    rows: [
      ...[0, 257].map((batchSize) =>
        [
          { batchSize },
          `batchSize must be between 1 and 256, got ${batchSize}.`,
          "batchSize",
        ] as const
      ),
      [{ seed: -1 }, "seed must be between 0 and 2147483647, got -1.", "seed"],
      [{ epoch: 0 }, "epoch must be 1 or more, got 0.", "epoch"],
      [{ number: 0 }, "number must be 1 or more, got 0.", "number"],
      [{ number: 3 }, "number must be between 1 and 2, got 3.", "number"],
      [{ dataset: "x" }, "dataset must be mnist or fashion-mnist, got 'x'.", "dataset"],
    ],
  },
  node: {
    operation: "query ($id: ID!) { node(id: $id) { id } }",
    start: "Cannot load a node: id must be the id of a Run or a Sample, got ",
    rows: ["", "7", btoa("Dataset:mnist"), btoa("Sample:"), btoa("Sample:x") + "?"]
      .map((id) => [{ id }, `'${id}'.`, "id"] as const),
  },
};

describe("a root field", () => {
  const api = useApi();
  let id: string;
  before(async () => {
    id = await api.start();
  });
  const written = () => api.ask("{ runs { totalCount nodes { lastSeq } } }");

  for (const [field, { operation, start, rows }] of Object.entries(REFUSALS)) {
    for (const [variables, rule, ...path] of rows) {
      const given = JSON.stringify(variables).slice(0, 60);
      it(`'${field}' refuses ${given} and writes nothing`, async () => {
        const before = await written();
        // An operation that takes no id ignores this one.
        const { message, extensions } = await api.refuse(operation, { id, ...variables });
        assertEquals(message.slice(0, start.length), start);
        if (typeof rule === "string") assertEquals(message, start + rule);
        else assertMatch(message.slice(start.length), rule);
        const refusal = field === "startTraining" ? badTraining : badInput;
        assertEquals(extensions, refusal(message, ...path).extensions);
        assertEquals(await written(), before);
      });
    }
  }
});

describe("a mutation of a run", () => {
  const api = useApi();
  const ids: Record<string, string> = { missing: MISSING_RUN };
  before(async () => {
    for (const name of ["queued", "running", "cancelled", "completed"]) {
      const id = ids[name] = await api.start({ name });
      if (name === "cancelled") await api.ask(of("cancelTraining"), { id });
      if (name !== "running" && name !== "completed") continue;
      const run = await api.claim(id);
      await run.append(started(), batches(1, 1), checkpoint(1, 2), checkpoint(1, 4));
      if (name === "completed") await run.complete();
    }
  });

  const gone = (purpose: string) =>
    `Cannot ${purpose}: no run has the ID '${MISSING_RUN}'; it may have been deleted. The query 'runs' lists all.`;

  const rows: readonly (readonly [
    operation: string,
    run: string,
    code: string,
    message: string | RegExp,
    variables?: Variables,
  ])[] = [
    [of("cancelTraining"), "missing", "NOT_FOUND", gone("cancel a training")],
    [of("pauseTraining"), "missing", "NOT_FOUND", gone("pause a training")],
    [resume, "missing", "NOT_FOUND", gone("resume a training")],
    [of("deleteRun"), "missing", "NOT_FOUND", /no run has the ID/],
    [updateRun, "missing", "NOT_FOUND", /no run has the ID/, { input: { name: "x" } }],
    [nameCheckpoint, "missing", "NOT_FOUND", /no run has the ID/, { name: "x" }],
    [of("cancelTraining"), "cancelled", "CONFLICT", "Run 'cancelled' is already cancelled."],
    [of("pauseTraining"), "cancelled", "CONFLICT", "Run 'cancelled' is already cancelled."],
    [of("deleteRun"), "queued", "CONFLICT", /'queued' is still queued\. Cancel it before you /],
    [resume, "queued", "CONFLICT", "Run 'queued' is already queued."],
    [resume, "running", "CONFLICT", "Run 'running' is already running."],
    [resume, "completed", "CONFLICT", /is already completed\. Name more than its 2 epochs to /],
    ...[{ epochs: 2 }, { epochs: 0 }, { epochs: -1 }, { epochs: 10_001 }].map((given) =>
      [resume, "completed", "BAD_USER_INPUT", /epochs must be between 3 and 10000/, given] as const
    ),
    ...([
      [{ step: 3 }, /the run has no checkpoint of step 3: none was saved there, or it was deleted/],
      [{ epoch: 9 }, /the run has no checkpoint of the end of epoch 9/],
      [{ checkpoint: "gone" }, /the run has no checkpoint 'gone'\. /],
    ] as const).map(([which, message]) =>
      [nameCheckpoint, "completed", "NOT_FOUND", message, { name: "x", ...which }] as const
    ),
  ];
  for (const [operation, name, code, expected, variables] of rows) {
    const [, field] = /\{\s*(\w+)/.exec(operation) ?? [];
    const given = variables ? ` with ${JSON.stringify(variables)}` : "";
    it(`'${field}' of a ${name} run${given} is ${code}`, async () => {
      const { message, extensions } = await api.refuse(operation, { id: ids[name], ...variables });
      if (typeof expected === "string") assertEquals(message, expected);
      else assertMatch(message, expected);
      assertEquals(extensions, code === "BAD_USER_INPUT" ? { code, path: ["epochs"] } : { code });
    });
  }
});
