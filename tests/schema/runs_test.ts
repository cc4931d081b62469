/** Runs through the API, on a real store: starting, listing, reading, cancelling and deleting them. */
import { assert, assertEquals, assertMatch, assertStrictEquals, fail } from "@std/assert";
import { after, before, describe, it } from "@std/testing/bdd";
import { StoreUnavailableError } from "../../runs/store/errors.ts";
import type { Claim, RunStore } from "../../runs/store/store.ts";
import { openSqliteStore } from "../../runs/store/sqlite/store.ts";
import type { ApiContext } from "../../schema/base/context.ts";
import { ask, batches, epoch, openNewStore, refuse, STARTED } from "./support.ts";
import type { DeviceInfo } from "../../ml/device.ts";

let store: RunStore;
let context: ApiContext;
let place: string;
let close: () => Promise<void>;

/** A store of its own for each group of tests: a worker's announcements and the newest run matter. */
function onNewStore(): void {
  before(async () => {
    ({ store, context, place, close } = await openNewStore());
  });
  after(() => close());
}

/** Starts a run through the API. */
async function start(
  input: Readonly<Record<string, unknown>> | null = null,
): Promise<{ id: string }> {
  const { startTraining } = await ask(
    context,
    "mutation ($input: StartTrainingInput) { startTraining(input: $input) { run { id } } }",
    { input },
  );
  return startTraining.run;
}

/** Claims the oldest run, as a worker does. */
async function claim(): Promise<Claim> {
  return await store.claim({ worker: "w1", leaseMs: 60_000 }) ?? fail("nothing to claim");
}

const DEFAULTS = {
  name: "BASIC_CNN, seed 7",
  state: "QUEUED",
  recipe: "BASIC_CNN",
  dataset: "mnist",
  seed: 7,
  batchSize: 32,
  learningRate: 0.01,
  trainSamples: 60_000,
  testSamples: 10_000,
  requestedDevice: "AUTO",
};

describe("Mutation.startTraining", () => {
  onNewStore();

  it("starts the default recipe without arguments", async () => {
    const { startTraining } = await ask(
      context,
      `mutation { startTraining { run {
        ${Object.keys(DEFAULTS).join(" ")}
        device engine startedAt endedAt error lastSeq attempts bestTestAcc
        progress { epoch epochs step steps samplesPerSecond etaSeconds }
        model { totalParameters }
      } } }`,
    );
    assertEquals(startTraining.run, {
      ...DEFAULTS,
      device: null,
      engine: null,
      startedAt: null,
      endedAt: null,
      error: null,
      lastSeq: 1,
      attempts: 0,
      bestTestAcc: null,
      progress: {
        epoch: 0,
        epochs: 5,
        step: 0,
        steps: 9375,
        samplesPerSecond: null,
        etaSeconds: null,
      },
      model: { totalParameters: 121_930 },
    });
  });

  it("has written the run down when it answers", async () => {
    const { id } = await start();
    const second = await openSqliteStore(place);
    try {
      const { run } = await ask(
        { ...context, store: second },
        "query ($id: ID!) { run(id: $id) { id } }",
        {
          id,
        },
      );
      assertEquals(run.id, id);
    } finally {
      await second.close();
    }
  });

  it("takes every field of its input", async () => {
    const { id } = await start({
      recipe: "DROPOUT_CNN",
      name: "  a long run  ",
      epochs: 3,
      batchSize: 100,
      learningRate: 0.5,
      seed: 0,
      device: "CPU",
      trainSamples: 1000,
      testSamples: 200,
    });
    const { run } = await ask(
      context,
      `query ($id: ID!) { run(id: $id) {
        ${Object.keys(DEFAULTS).join(" ")} progress { epochs steps }
      } }`,
      { id },
    );
    assertEquals(run, {
      name: "a long run",
      state: "QUEUED",
      recipe: "DROPOUT_CNN",
      dataset: "mnist",
      seed: 0,
      batchSize: 100,
      learningRate: 0.5,
      trainSamples: 1000,
      testSamples: 200,
      requestedDevice: "CPU",
      progress: { epochs: 3, steps: 30 },
    });
  });

  it("takes null for what is left out", async () => {
    const { id } = await start({
      recipe: null,
      epochs: null,
      seed: null,
      device: null,
      name: null,
    });
    const { run } = await ask(context, "query ($id: ID!) { run(id: $id) { name recipe } }", { id });
    assertEquals(run, { name: DEFAULTS.name, recipe: DEFAULTS.recipe });
  });

  it("trains on the server's device where AUTO is asked for", async () => {
    const { startTraining } = await ask(
      { ...context, device: "CPU" },
      "mutation { startTraining { run { requestedDevice } } }",
    );
    assertEquals(startTraining.run.requestedDevice, "CPU");
  });

  const refusals: readonly (readonly [Readonly<Record<string, unknown>>, string])[] = [
    [{ epochs: 0 }, "epochs 0: epochs must be between 1 and 10000."],
    [{ epochs: -3 }, "epochs -3: epochs must be between 1 and 10000."],
    [{ batchSize: 0 }, "batchSize 0: batchSize must be between 1 and 4096."],
    [{ batchSize: 70_000 }, "batchSize 70000: batchSize must be between 1 and 4096."],
    [{ learningRate: 0 }, "learningRate 0: learningRate must be above 0 and at most 100."],
    [{ learningRate: 1e300 }, "learningRate 1e+300: learningRate must be above 0 and at most 100."],
    [{ seed: -1 }, "seed -1: seed must be between 0 and 2147483647."],
    [{ trainSamples: 60_001 }, "trainSamples 60001: trainSamples must be between 1 and 60000."],
    [{ testSamples: 0 }, "testSamples 0: testSamples must be between 1 and 10000."],
  ];
  for (const [input, message] of refusals) {
    const [field] = Object.keys(input);
    it(`refuses ${JSON.stringify(input)} and writes nothing`, async () => {
      const { runs: { totalCount } } = await ask(context, "{ runs { totalCount } }");
      assertEquals(
        await refuse(
          context,
          "mutation ($input: StartTrainingInput) { startTraining(input: $input) { run { id } } }",
          { input },
        ),
        {
          message: `Cannot train with ${message}`,
          extensions: { code: "BAD_USER_INPUT", path: ["input", field] },
        },
      );
      assertEquals(await ask(context, "{ runs { totalCount } }"), { runs: { totalCount } });
    });
  }

  for (const name of ["", "   ", "two\nlines", "x".repeat(101), "\ud800"]) {
    it(`refuses the name ${JSON.stringify(name)}`, async () => {
      const { message, extensions } = await refuse(
        context,
        "mutation ($name: String) { startTraining(input: { name: $name }) { run { id } } }",
        { name },
      );
      assertMatch(message, /^Cannot train: name must be a line of 1 to 100 characters, got "/);
      assertEquals(extensions, { code: "BAD_USER_INPUT", path: ["input", "name"] });
    });
  }

  it("refuses an idempotencyKey that is too long", async () => {
    const { extensions } = await refuse(
      context,
      "mutation ($key: String) { startTraining(input: { idempotencyKey: $key }) { run { id } } }",
      { key: "k".repeat(256) },
    );
    assertEquals(extensions, { code: "BAD_USER_INPUT", path: ["input", "idempotencyKey"] });
  });

  it("answers with the same run when it is sent again with its idempotencyKey", async () => {
    const input = { idempotencyKey: "again", epochs: 2, name: "once" };
    const first = await start(input);
    // The seed is left to chance, and chance would have it otherwise the second time.
    context = { ...context, newSeed: () => 8 };
    assertEquals(await start(input), first);
  });

  it("refuses an idempotencyKey that started another run", async () => {
    await start({ idempotencyKey: "mine", epochs: 2, name: "first" });
    for (const other of [{ epochs: 3 }, { epochs: 2, seed: 99 }, { epochs: 2, name: "second" }]) {
      assertEquals(
        await refuse(
          context,
          "mutation ($input: StartTrainingInput) { startTraining(input: $input) { run { id } } }",
          { input: { idempotencyKey: "mine", ...other } },
        ),
        {
          message:
            "Cannot train: idempotencyKey must be a new one for another input, got 'mine', which started 'first'.",
          extensions: { code: "CONFLICT" },
        },
      );
    }
  });
});

describe("devices", () => {
  onNewStore();

  const cpu: DeviceInfo = { kind: "CPU", name: "CPU (a test, 2 threads)", available: true };
  const noGpu: DeviceInfo = {
    kind: "CUDA",
    name: "CUDA",
    available: false,
    reason: "No NVIDIA GPU was found.",
  };
  const list = "{ devices { kind name available reason } }";

  const announce = (id: string, devices: readonly DeviceInfo[]) =>
    store.registerWorker({
      id,
      host: "h",
      pid: 1,
      version: "0.1.0",
      devices,
      runId: null,
      startedAt: new Date().toISOString(),
    });
  const startOn = (device: string) =>
    refuse(context, `mutation { startTraining(input: { device: ${device} }) { run { id } } }`);

  it("are all missing while no worker runs, with what to do about it", async () => {
    const { devices } = await ask(context, list);
    assertEquals(
      devices.map((each: { kind: string; available: boolean }) => [each.kind, each.available]),
      [["CUDA", false], ["CPU", false], ["WEBGPU", false]],
    );
    for (const { reason } of devices) assertMatch(reason, /No worker is running.*deno task/);
  });

  it("can be asked for while no worker runs: the run waits", async () => {
    await ask(context, "mutation { startTraining(input: { device: CUDA }) { run { id } } }");
  });

  it("are what the workers announce, each once, with the reasons for what all miss", async () => {
    await announce("w1", [cpu, noGpu]);
    await announce("w2", [cpu, noGpu]);
    const { devices } = await ask(context, list);
    assertEquals(devices, [noGpu, { ...cpu, reason: null }]);
  });

  it("are refused by startTraining where every worker misses them, with the reason", async () => {
    assertEquals(await startOn("CUDA"), {
      message:
        "Cannot train on CUDA: device must be one that a worker has, and they have CPU (CPU (a test, 2 threads)). " +
        "No NVIDIA GPU was found.",
      extensions: { code: "BAD_USER_INPUT", path: ["input", "device"] },
    });
    const { message } = await startOn("WEBGPU");
    assertMatch(message, /Train on another, or start one that can train on it\.$/);
  });

  it("can be asked for while a worker has not looked yet: the run waits", async () => {
    await announce("w0", []);
    await ask(context, "mutation { startTraining(input: { device: CUDA }) { run { id } } }");
    await store.deregisterWorker("w0");
  });

  it("are what a run waits for that asks for one which no worker has", async () => {
    const { runs: { nodes } } = await ask(
      context,
      "{ runs { nodes { requestedDevice state waitingFor worker { id } } } }",
    );
    const waitingFor =
      "No worker has CUDA: start one on a machine with an NVIDIA GPU, or cancel the run.";
    const run = { requestedDevice: "CUDA", state: "QUEUED", waitingFor, worker: null };
    assertEquals(nodes, [run, run]);
    const { startTraining } = await ask(
      context,
      "mutation { startTraining(input: { device: CPU }) { run { waitingFor } } }",
    );
    assertEquals(startTraining.run.waitingFor, null, "its turn comes");
  });

  it("can be asked for where one worker has them", async () => {
    const gpu: DeviceInfo = { kind: "CUDA", name: "NVIDIA H100", available: true };
    await announce("w3", [gpu]);
    await ask(context, "mutation { startTraining(input: { device: CUDA }) { run { id } } }");
    const { devices } = await ask(context, list);
    assertEquals(devices, [{ ...gpu, reason: null }, { ...cpu, reason: null }]);
    const { runs: { nodes } } = await ask(context, "{ runs { nodes { waitingFor } } }");
    assert(nodes.every(({ waitingFor }: { waitingFor: unknown }) => waitingFor === null));
  });

  it("are missed by a run while no worker is running, until it is over", async () => {
    for (const id of ["w1", "w2", "w3"]) await store.deregisterWorker(id);
    const { runs: { nodes } } = await ask(
      context,
      "{ runs(first: 2) { nodes { id requestedDevice waitingFor } } }",
    );
    assertEquals(nodes.map(({ waitingFor }: { waitingFor: string }) => waitingFor), [
      "No worker is running: start one on a machine with an NVIDIA GPU ('deno task worker').",
      "No worker is running: start one on a machine that TensorFlow runs on ('deno task worker').",
    ]);
    const { cancelTraining } = await ask(
      context,
      "mutation ($id: ID!) { cancelTraining(runId: $id) { run { state waitingFor } } }",
      { id: nodes[0].id },
    );
    assertEquals(cancelTraining.run, { state: "CANCELLED", waitingFor: null });
  });
});

describe("a run", () => {
  onNewStore();

  it("shows its progress, epochs, events and curves as it is trained", async () => {
    const { id } = await start({ epochs: 2, trainSamples: 100, testSamples: 50 });
    const held = await claim();
    await store.append(held, 1, [STARTED, batches(1, 1, 4), epoch(1), batches(2, 5, 2)]);
    const { run } = await ask(
      context,
      `query ($id: ID!) { run(id: $id) {
        state device engine attempts lastSeq bestTestAcc
        progress { epoch epochs step steps samplesPerSecond etaSeconds }
        epochs { seq runId number trainAcc trainLoss testAcc testLoss learningRate seconds at }
        events { __typename seq runId ... on StartedEvent { stepsPerEpoch } ... on Epoch { number } }
        page: events(first: 2, afterSeq: 3) { seq ... on BatchesEvent { firstStep losses } }
        curves { svg png(scale: 1) }
      } }`,
      { id },
    );
    assertEquals(run.state, "RUNNING");
    assertEquals(run.device, "CPU (a test, 2 threads)");
    assertEquals(run.engine, "TensorFlow 2.21.0");
    assertEquals(run.attempts, 1);
    assertEquals(run.bestTestAcc, 0.7);
    assertEquals(run.progress, {
      epoch: 1,
      epochs: 2,
      step: 6,
      steps: 8,
      samplesPerSecond: 100,
      // 200 samples less one epoch of 100 and two batches of 32, at 100 a second.
      etaSeconds: 0.36,
    });
    const [{ at, ...first }, ...more] = run.epochs;
    assertEquals(more, []);
    assert(Date.parse(at) > 0);
    assertEquals(first, {
      seq: 5,
      runId: id,
      number: 1,
      trainAcc: 0.6,
      trainLoss: 1,
      testAcc: 0.7,
      testLoss: 0.5,
      learningRate: 0.01,
      seconds: 2,
    });
    assertEquals(run.events, [
      { __typename: "QueuedEvent", seq: 1, runId: id },
      { __typename: "ClaimedEvent", seq: 2, runId: id },
      { __typename: "StartedEvent", seq: 3, runId: id, stepsPerEpoch: 4 },
      { __typename: "BatchesEvent", seq: 4, runId: id },
      { __typename: "Epoch", seq: 5, runId: id, number: 1 },
      { __typename: "BatchesEvent", seq: 6, runId: id },
    ]);
    assertEquals(run.lastSeq, 6);
    assertEquals(run.page, [{ seq: 4, firstStep: 1, losses: [0.5, 0.5, 0.5, 0.5] }, {
      seq: 5,
    }]);
    assertMatch(run.curves.svg, /^<svg.*BASIC_CNN, seed 7.*<\/svg>\s*$/s);
    assertMatch(run.curves.png, /^data:image\/png;base64,/);
  });

  it("shows more epochs than are read at a time", async () => {
    const { id } = await start({ epochs: 1001 });
    const held = await claim();
    await store.append(held, 1, [
      STARTED,
      ...Array.from({ length: 1001 }, (_, at) => epoch(at + 1)),
    ]);
    const { run } = await ask(context, "query ($id: ID!) { run(id: $id) { epochs { number } } }", {
      id,
    });
    assertEquals(
      run.epochs.map(({ number }: { number: number }) => number),
      Array.from({ length: 1001 }, (_, at) => at + 1),
    );
  });

  it("is a node", async () => {
    const { id } = await start();
    const { node } = await ask(
      context,
      "query ($id: ID!) { node(id: $id) { __typename id ... on Run { state } } }",
      { id },
    );
    assertEquals(node, { __typename: "Run", id, state: "QUEUED" });
  });

  it("is null where there is none", async () => {
    const { run, node } = await ask(
      context,
      "query ($id: ID!) { run(id: $id) { id } node(id: $id) { id } }",
      {
        id: btoa("Run:00000000-0000-0000-0000-000000000000"),
      },
    );
    assertEquals([run, node], [null, null]);
  });

  it("is looked up by the id of a run and nothing else", async () => {
    const lookUp = "query ($id: ID!) { run(id: $id) { id } }";
    for (
      const [id, got] of [
        ["7", "'7'"],
        ["", "''"],
        [btoa("Run:"), `'${btoa("Run:")}'`],
        [btoa("Run:a\0b"), `'${btoa("Run:a\0b")}'`],
        [btoa("Sample:mnist:train:1"), "the id of a Sample"],
      ]
    ) {
      assertEquals(await refuse(context, lookUp, { id }), {
        message: `Cannot read a run: id must be the id of a Run, got ${got}.`,
        extensions: { code: "BAD_USER_INPUT", path: ["id"] },
      });
    }
  });

  it("refuses to give events by a wrong page", async () => {
    const { id } = await start();
    for (
      const [argument, rule] of [
        ["first: 0", "first must be between 1 and 1000, got 0."],
        ["afterSeq: -1", "afterSeq must be 0 or more, got -1."],
      ]
    ) {
      const { message } = await refuse(
        context,
        `query ($id: ID!) { run(id: $id) { events(${argument}) { seq } } }`,
        { id },
      );
      assertEquals(message, `Cannot read events: ${rule}`);
    }
  });
});

describe("Query.runs", () => {
  onNewStore();
  const list = `query ($first: Int, $after: String, $state: RunState) {
    runs(first: $first, after: $after, state: $state) {
      nodes { id state } edges { cursor node { id } } totalCount
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
  }`;
  const ids: string[] = [];
  before(async () => {
    for (let count = 0; count < 5; count++) ids.unshift((await start()).id);
    await claim(); // The oldest.
  });

  it("lists runs from the newest", async () => {
    const { runs } = await ask(context, "{ runs { nodes { id } totalCount } }");
    assertEquals(runs.nodes.map((run: { id: string }) => run.id), ids);
    assertEquals(runs.totalCount, 5);
  });

  it("pages through every run once", async () => {
    const seen: string[] = [];
    const flags: [boolean, boolean][] = [];
    for (let after: string | null = null, more = true; more;) {
      // deno-lint-ignore no-explicit-any
      const { runs }: any = await ask(context, list, { first: 2, after });
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
    const { runs } = await ask(context, list, { state: "RUNNING" });
    assertEquals(runs.nodes, [{ id: ids[4], state: "RUNNING" }]);
    assertEquals(runs.totalCount, 1);
  });

  it("refuses pages of no size and of more than 200", async () => {
    for (const first of [0, -1, 201]) {
      assertEquals(await refuse(context, list, { first }), {
        message: `Cannot page through runs: first must be between 1 and 200, got ${first}.`,
        extensions: { code: "BAD_USER_INPUT", path: ["first"] },
      });
    }
  });

  it("refuses a cursor that is none of its own, or whose run is gone", async () => {
    const gone = btoa("runs:00000000-0000-0000-0000-000000000000");
    for (const after of ["x", ids[0], btoa("samples of mnist (train):1"), gone]) {
      assertEquals(await refuse(context, list, { after }), {
        message:
          `Cannot page through runs: after must be a cursor of this connection, got '${after}'. ` +
          "Start again without after.",
        extensions: { code: "BAD_USER_INPUT", path: ["after"] },
      });
    }
  });
});

describe("a cursor or id that holds no key", () => {
  onNewStore();

  it("does not reach the store", async () => {
    const untouched = { ...store, get: () => fail("get"), list: () => fail("list") };
    for (
      const [query, variable] of [
        ["query ($of: String) { runs(after: $of) { totalCount } }", btoa("runs:a\0b")],
        ["query ($of: ID!) { run(id: $of) { id } }", btoa("Run:a\0b")],
        ["query ($of: ID!) { node(id: $of) { id } }", btoa("Run:" + "x".repeat(101))],
      ] as const
    ) {
      const { extensions } = await refuse({ ...context, store: untouched }, query, {
        of: variable,
      });
      assertEquals(extensions?.code, "BAD_USER_INPUT");
    }
  });
});

describe("Mutation.cancelTraining", () => {
  onNewStore();
  const cancel = "mutation ($id: ID!) { cancelTraining(runId: $id) { run { id state } } }";

  it("ends a queued run at once", async () => {
    const { id } = await start();
    const { cancelTraining } = await ask(context, cancel, { id });
    assertEquals(cancelTraining.run, { id, state: "CANCELLED" });
  });

  it("asks the worker of a running one", async () => {
    const { id } = await start();
    await claim();
    const { cancelTraining } = await ask(context, cancel, { id });
    assertEquals(cancelTraining.run, { id, state: "CANCELLING" });
  });

  it("is a conflict when the run is over, and says so", async () => {
    const { id } = await start();
    await ask(context, cancel, { id });
    const { message, extensions } = await refuse(context, cancel, { id });
    assertMatch(message, /CANCELLED/);
    assertEquals(extensions, { code: "CONFLICT" });
  });

  it("does not find a run that is not there", async () => {
    const id = btoa("Run:00000000-0000-0000-0000-000000000000");
    assertEquals(await refuse(context, cancel, { id }), {
      message:
        `Cannot cancel a training: there is no run '${id}' (any more). The query 'runs' lists all.`,
      extensions: { code: "NOT_FOUND" },
    });
  });

  it("refuses what is not the id of a run", async () => {
    const { extensions } = await refuse(context, cancel, { id: "x" });
    assertEquals(extensions, { code: "BAD_USER_INPUT", path: ["runId"] });
  });
});

describe("Mutation.deleteRun", () => {
  onNewStore();
  const remove = "mutation ($id: ID!) { deleteRun(runId: $id) { deletedRunId } }";

  it("removes a run that is over", async () => {
    const { id } = await start();
    await ask(context, "mutation ($id: ID!) { cancelTraining(runId: $id) { run { id } } }", { id });
    assertEquals(await ask(context, remove, { id }), { deleteRun: { deletedRunId: id } });
    assertEquals(await ask(context, "query ($id: ID!) { run(id: $id) { id } }", { id }), {
      run: null,
    });
    assertEquals((await refuse(context, remove, { id })).extensions, { code: "NOT_FOUND" });
  });

  it("is a conflict while the run is not over", async () => {
    const { id } = await start();
    assertEquals((await refuse(context, remove, { id })).extensions, { code: "CONFLICT" });
    const { run } = await ask(context, "query ($id: ID!) { run(id: $id) { state } }", { id });
    assertEquals(run.state, "QUEUED");
  });

  it("refuses what is not the id of a run", async () => {
    const { extensions } = await refuse(context, remove, { id: btoa("Sample:mnist:train:1") });
    assertEquals(extensions, { code: "BAD_USER_INPUT", path: ["runId"] });
  });
});

describe("an error", () => {
  onNewStore();

  const broken = (error: Error): ApiContext => ({
    ...context,
    store: { ...store, list: () => Promise.reject(error) },
  });

  it("of the store is UNAVAILABLE, with what to do about it", async () => {
    const error = new StoreUnavailableError("Cannot read runs: the disk is full. Free some space.");
    assertEquals(await refuse(broken(error), "{ runs { totalCount } }"), {
      message: "Cannot read runs: the disk is full. Free some space.",
      extensions: { code: "UNAVAILABLE" },
    });
  });

  it("that nobody expected is told to the log and not to the client", async () => {
    const error = new TypeError("secret");
    const told: unknown[] = [];
    const onUnexpectedError = (error: unknown, path: string) => told.push([error, path]);
    assertEquals(
      await refuse({ ...broken(error), onUnexpectedError }, "{ all: runs { totalCount } }"),
      { message: "Unexpected error", extensions: { code: "INTERNAL" } },
    );
    assertEquals(told, [[error, "all"]]);
  });
});
