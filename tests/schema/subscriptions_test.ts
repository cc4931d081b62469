/** What can be watched, on a real store with a worker that the tests play. */
import { assert, assertEquals, fail } from "@std/assert";
import { afterEach, beforeEach, describe, it } from "@std/testing/bdd";
import { type ExecutionResult, parse, subscribe } from "graphql";
import { StoreUnavailableError } from "../../runs/store/errors.ts";
import type { RunEventBody } from "../../runs/log/event.ts";
import type { Claim, RunStore } from "../../runs/store/store.ts";
import type { ApiContext } from "../../schema/base/context.ts";
import { createApiSchema } from "../../resolvers/api_schema.ts";
import { ask, batches, checkpoint, epoch, openNewStore, STARTED } from "./support.ts";

let store: RunStore;
let context: ApiContext;
let close: () => Promise<void>;

beforeEach(async () => {
  ({ store, context, close } = await openNewStore());
});

afterEach(() => close());

/** A run and the worker that trains it. */
interface Training {
  readonly id: string;
  claim(): Promise<void>;
  append(...events: readonly RunEventBody[]): Promise<void>;
}

async function startTraining(): Promise<Training> {
  const { startTraining: { run } } = await ask(
    context,
    "mutation { startTraining(input: { epochs: 2, trainSamples: 128 }) { run { id } } }",
  );
  let held: Claim | undefined;
  let appends = 0;
  return {
    id: run.id,
    async claim() {
      appends = 0;
      held = await store.claim({ worker: "w1", leaseMs: 60_000 });
    },
    async append(...events) {
      await store.append(held ?? fail("not claimed"), ++appends, events);
    },
  };
}

type Answers = AsyncGenerator<ExecutionResult, void, void>;

async function open(
  source: string,
  variableValues: Readonly<Record<string, unknown>> = {},
  contextValue = context,
): Promise<Answers | ExecutionResult> {
  const document = parse(source);
  return await subscribe({ schema: createApiSchema(), document, variableValues, contextValue });
}

async function watch(...args: Parameters<typeof open>): Promise<Answers> {
  const answers = await open(...args);
  if (Symbol.asyncIterator in answers) return answers;
  throw new AggregateError(answers.errors ?? [], JSON.stringify(answers.errors));
}

// The shape is what the operation asks for.
// deno-lint-ignore no-explicit-any
function dataOf(answer: ExecutionResult | undefined): any {
  assertEquals(answer?.errors, undefined);
  return JSON.parse(JSON.stringify(answer?.data));
}

/** The next answer's data. */
async function next(answers: Answers) {
  const { value, done } = await answers.next();
  assertEquals(done, false);
  return dataOf(value ?? undefined);
}

/** The data of all answers until the subscription completes. */
async function all(answers: Answers) {
  const data = [];
  for await (const answer of answers) data.push(dataOf(answer));
  return data;
}

describe("Subscription.epochs", () => {
  const anyRun = "subscription { epochs { runId number trainAcc testLoss } }";
  const ofRun = `subscription ($runId: ID, $after: Int) {
    epochs(runId: $runId, afterEpoch: $after) { number }
  }`;

  it("waits for the next run when nothing trains, follows it and completes with it", async () => {
    const answers = await watch(anyRun);
    const first = answers.next();
    const training = await startTraining();
    await training.claim();
    await training.append(STARTED, batches(1, 1, 4), epoch(1));
    assertEquals(dataOf((await first).value ?? undefined), {
      epochs: { runId: training.id, number: 1, trainAcc: 0.6, testLoss: 0.5 },
    });
    const second = answers.next();
    await training.append(batches(2, 5, 4), epoch(2), { type: "completed" });
    assertEquals(dataOf((await second).value ?? undefined).epochs.number, 2);
    assertEquals((await answers.next()).done, true);
  });

  it("follows the run that is training now from its first epoch", async () => {
    const training = await startTraining();
    await training.claim();
    await training.append(STARTED, batches(1, 1, 4), epoch(1));
    await startTraining();
    const answers = await watch(anyRun);
    assertEquals((await next(answers)).epochs.runId, training.id);
    await answers.return();
  });

  it("replays a run that is over, after the epoch that the client has", async () => {
    const training = await startTraining();
    await training.claim();
    await training.append(STARTED, batches(1, 1, 4), epoch(1), batches(2, 5, 4), epoch(2), {
      type: "completed",
    });
    const numbers = async (after?: number | null) =>
      (await all(await watch(ofRun, { runId: training.id, after })))
        .map(({ epochs }) => epochs.number);
    assertEquals(await numbers(), [1, 2]);
    assertEquals(await numbers(null), [1, 2]);
    assertEquals(await numbers(1), [2]);
    assertEquals(await numbers(2), []);
  });
});

describe("a watcher", () => {
  const epochs = `subscription ($runId: ID!, $after: Int) {
    epochs(runId: $runId, afterEpoch: $after) { number }
  }`;
  const steps = `subscription ($runId: ID!, $after: Int) {
    batches(runId: $runId, afterStep: $after) { step }
  }`;
  const pause = "mutation ($id: ID!) { pauseTraining(runId: $id) { run { state } } }";
  const resume = `mutation ($id: ID!, $epochs: Int) {
    resumeTraining(runId: $id, epochs: $epochs) { run { state } }
  }`;

  /** A context whose store says when a subscription has read all there is and waits for more. */
  function contextThatWaits(): {
    readonly waits: () => Promise<void>;
    readonly context: ApiContext;
  } {
    let waiting = Promise.withResolvers<void>();
    return {
      waits: () => waiting.promise,
      context: {
        ...context,
        store: {
          ...store,
          async wait(...args) {
            waiting.resolve();
            await store.wait(...args);
            waiting = Promise.withResolvers();
          },
        },
      },
    };
  }

  it("of a paused run hears of it again when it is resumed", async () => {
    const training = await startTraining();
    const { id } = training;
    await training.claim();
    await training.append(STARTED, batches(1, 1, 4), epoch(1));
    await ask(context, pause, { id });
    await training.append(checkpoint(1, 4, "pause"), { type: "paused", reason: null });

    const [ofEpochs, ofSteps] = [contextThatWaits(), contextThatWaits()];
    const [number, step] = await Promise.all([
      watch(epochs, { runId: id, after: 1 }, ofEpochs.context),
      watch(steps, { runId: id, after: 4 }, ofSteps.context),
    ]);
    const [nextNumber, nextStep] = [next(number), next(step)];
    const paused = Promise.all([ofEpochs.waits(), ofSteps.waits()]);
    await Promise.race([paused, nextNumber, nextStep]);

    await ask(context, resume, { id });
    await training.claim();
    await training.append(STARTED, batches(2, 5, 4), epoch(2), { type: "completed" });
    assertEquals(await nextNumber, { epochs: { number: 2 } });
    assertEquals(await nextStep, { batches: { step: 5 } });
    assertEquals(await all(number), []);
    assertEquals((await all(step)).map(({ batches }) => batches.step), [6, 7, 8]);
  });

  it("comes back with its cursor to a completed run that got more epochs, and hears of them", async () => {
    const training = await startTraining();
    const { id } = training;
    await training.claim();
    await training.append(STARTED, batches(1, 1, 4), epoch(1), batches(2, 5, 4), epoch(2), {
      type: "completed",
    });
    assertEquals(await all(await watch(epochs, { runId: id, after: 2 })), []);

    await ask(context, resume, { id, epochs: 4 });
    const [number, step] = await Promise.all([
      watch(epochs, { runId: id, after: 2 }),
      watch(steps, { runId: id, after: 8 }),
    ]);
    await training.claim();
    await training.append(STARTED, batches(3, 9, 4), epoch(3), batches(4, 13, 4), epoch(4), {
      type: "completed",
    });
    assertEquals((await all(number)).map(({ epochs }) => epochs.number), [3, 4]);
    assertEquals((await all(step)).map(({ batches }) => batches.step), [
      9,
      10,
      11,
      12,
      13,
      14,
      15,
      16,
    ]);
  });
});

describe("Subscription.batches", () => {
  it("gives single steps, after the one that the client has, and every so many", async () => {
    const training = await startTraining();
    await training.claim();
    await training.append(STARTED, batches(1, 1, 4), epoch(1), batches(2, 5, 4), epoch(2), {
      type: "completed",
    });
    const steps = async (args: string) =>
      (await all(
        await watch(
          `subscription ($runId: ID) { batches(runId: $runId ${args}) { runId epoch step loss acc } }`,
          { runId: training.id },
        ),
      )).map(({ batches }) => batches);
    assertEquals((await steps("")).map(({ step }) => step), [1, 2, 3, 4, 5, 6, 7, 8]);
    assertEquals((await steps("afterStep: 2, every: 3")).map(({ step }) => step), [3, 6]);
    assertEquals(await steps("afterStep: 7"), [
      { runId: training.id, epoch: 2, step: 8, loss: 0.5, acc: 0.75 },
    ]);
  });
});

describe("Subscription.runEvents", () => {
  const query = `subscription ($runId: ID!, $after: Int) {
    runEvents(runId: $runId, afterSeq: $after) {
      __typename seq runId
      ... on ClaimedEvent { worker attempt }
      ... on StartedEvent { device engine stepsPerEpoch steps parameters }
      ... on BatchesEvent { epoch firstStep losses accs samplesPerSecond }
      ... on Epoch { number seconds }
      ... on InterruptedEvent { reason crashed }
      ... on PausedEvent { problem }
      ... on ResumeRequestedEvent { epochs }
      ... on CheckpointEvent { checkpoint { file step epoch testAcc bytes sha256 reason } }
      ... on CheckpointRemovedEvent { file }
      ... on FailedEvent { error }
      ... on LogEvent { level message }
      ... on SystemEvent { cpuCores memoryBytes speed: samplesPerSecond gpu { utilization memoryBytes } }
    }
  }`;

  it("tells everything that happens, each with what there is to say", async () => {
    const training = await startTraining();
    await training.claim();
    await training.append(
      STARTED,
      { type: "log", level: "warning", message: "hot" },
      batches(1, 1, 2),
      batches(1, 3, 2),
      epoch(1),
      { type: "failed", error: "the loss is not a number" },
    );
    const events = (await all(await watch(query, { runId: training.id })))
      .map(({ runEvents }) => runEvents);
    for (const [index, { seq, runId }] of events.entries()) {
      assertEquals([seq, runId], [index + 1, training.id]);
    }
    assertEquals(events.map(({ seq: _seq, runId: _runId, ...event }) => event), [
      { __typename: "QueuedEvent" },
      { __typename: "ClaimedEvent", worker: "w1", attempt: 1 },
      {
        __typename: "StartedEvent",
        device: "CPU (a test, 2 threads)",
        engine: "TensorFlow 2.21.0",
        stepsPerEpoch: 4,
        steps: 8,
        parameters: 121_930,
      },
      { __typename: "LogEvent", level: "WARNING", message: "hot" },
      {
        __typename: "BatchesEvent",
        epoch: 1,
        firstStep: 1,
        losses: [0.5, 0.5],
        accs: [0.75, 0.75],
        samplesPerSecond: 100,
      },
      {
        __typename: "BatchesEvent",
        epoch: 1,
        firstStep: 3,
        losses: [0.5, 0.5],
        accs: [0.75, 0.75],
        samplesPerSecond: 100,
      },
      { __typename: "Epoch", number: 1, seconds: 2 },
      { __typename: "FailedEvent", error: "the loss is not a number" },
    ]);
  });

  it("tells of interruptions and of the end that a client asked for", async () => {
    const training = await startTraining();
    await training.claim();
    await training.append({ type: "interrupted", reason: "stopped", crashed: false });
    await training.claim();
    await ask(
      context,
      "mutation ($id: ID!) { cancelTraining(runId: $id) { run { id } } }",
      { id: training.id },
    );
    const events = await watch(query, { runId: training.id, after: 2 });
    assertEquals((await next(events)).runEvents, {
      __typename: "InterruptedEvent",
      seq: 3,
      runId: training.id,
      reason: "stopped",
      crashed: false,
    });
    assertEquals((await next(events)).runEvents.__typename, "ClaimedEvent");
    assertEquals((await next(events)).runEvents.__typename, "CancelRequestedEvent");
    await events.return();
  });

  it("tells only of the types that are asked for, replayed and as they come", async () => {
    const training = await startTraining();
    await training.claim();
    await training.append(
      STARTED,
      { type: "log", level: "info", message: "one" },
      batches(1, 1, 2),
    );
    const events = await watch(
      `subscription ($runId: ID!) {
        runEvents(runId: $runId, types: [LOG, FAILED, LOG, CANCEL_REQUESTED]) { __typename seq }
      }`,
      { runId: training.id },
    );
    assertEquals((await next(events)).runEvents, { __typename: "LogEvent", seq: 4 });
    const coming = next(events);
    await training.append(batches(1, 3, 2), epoch(1));
    await training.append({ type: "log", level: "error", message: "two" });
    assertEquals((await coming).runEvents, { __typename: "LogEvent", seq: 8 });
    await training.append({ type: "failed", error: "enough" });
    const rest = (await all(events)).map(({ runEvents }) => runEvents);
    assertEquals(rest, [{ __typename: "FailedEvent", seq: 9 }]);
  });

  it("leaves excluded types out, and gives each event as a line of text with its level", async () => {
    const training = await startTraining();
    await training.claim();
    await training.append(STARTED, batches(1, 1, 2), epoch(1), {
      ...{ type: "log", level: "warning", message: "one" },
    });
    await training.append({ type: "failed", error: "enough" });
    const excluding = `subscription ($runId: ID!) {
      runEvents(runId: $runId, excludeTypes: [BATCHES, EPOCH, QUEUED]) { seq text level }
    }`;
    const events = await all(await watch(excluding, { runId: training.id }));
    assertEquals(events.map(({ runEvents }) => runEvents), [
      { seq: 2, text: "Taken by the worker w1.", level: "INFO" },
      { seq: 3, text: "Training on CPU (a test, 2 threads), TensorFlow 2.21.0.", level: "INFO" },
      { seq: 6, text: "one", level: "WARNING" },
      { seq: 7, text: "Failed: enough", level: "ERROR" },
    ]);
    const both = `subscription ($runId: ID!) {
      runEvents(runId: $runId, types: [LOG, FAILED], excludeTypes: [LOG]) { seq }
    }`;
    const selected = await all(await watch(both, { runId: training.id }));
    assertEquals(selected.map(({ runEvents }) => runEvents), [{ seq: 7 }]);
  });

  it("refuses types of which every one is excluded", async () => {
    const training = await startTraining();
    const result = await open(
      `subscription ($runId: ID!) {
        runEvents(runId: $runId, types: [LOG], excludeTypes: [LOG, FAILED]) { seq }
      }`,
      { runId: training.id },
    );
    assertEquals(
      "errors" in result && result.errors?.[0]?.message,
      "Cannot follow a run: excludeTypes must leave a type, got every one.",
    );
  });

  it("wants one type at least where types are asked for", async () => {
    const training = await startTraining();
    const result = await open(
      "subscription ($runId: ID!) { runEvents(runId: $runId, types: []) { seq } }",
      { runId: training.id },
    );
    assertEquals(
      "errors" in result && result.errors?.[0]?.message,
      "Cannot follow a run: types must hold one type or more, got none.",
    );
  });

  it("tells what the training takes of its machine as it is measured", async () => {
    const training = await startTraining();
    await training.claim();
    const events = await watch(query, { runId: training.id, after: 2 });
    const coming = next(events);
    const measured = { cpuCores: 1.5, memoryBytes: 6e9 };
    await training.append(
      { type: "system", ...measured, samplesPerSecond: 8000, gpu: null },
      {
        ...{ type: "system", ...measured, samplesPerSecond: 8000 },
        gpu: { utilization: 0.5, memoryBytes: null },
      },
    );
    const told = {
      ...{ __typename: "SystemEvent", runId: training.id, ...measured, speed: 8000 },
    };
    assertEquals((await coming).runEvents, { ...told, seq: 3, gpu: null });
    assertEquals((await next(events)).runEvents, {
      ...told,
      ...{ seq: 4, gpu: { utilization: 0.5, memoryBytes: null } },
    });
    await events.return();
  });

  it("tells of checkpoints, and of who asked to pause and to go on", async () => {
    const training = await startTraining();
    const { id } = training;
    await training.claim();
    await training.append(
      STARTED,
      batches(1, 1, 4),
      epoch(1),
      checkpoint(1, 4, "epoch"),
      batches(2, 5, 1),
    );
    await ask(context, "mutation ($id: ID!) { pauseTraining(runId: $id) { run { id } } }", { id });
    await training.append(
      checkpoint(2, 5, "pause"),
      { type: "checkpointRemoved", file: "step-4.safetensors" },
      { type: "paused", reason: "The disk is full." },
    );
    await ask(
      context,
      "mutation ($id: ID!) { resumeTraining(runId: $id, epochs: 3) { run { id } } }",
      { id },
    );
    const events = await watch(query, { runId: id, after: 5 });
    const told = [];
    for (let count = 0; count < 7; count++) {
      const { seq: _seq, runId: _runId, ...event } = (await next(events)).runEvents;
      told.push(event);
    }
    await events.return();
    const sha256 = "0f".repeat(32);
    assertEquals(told, [
      {
        __typename: "CheckpointEvent",
        checkpoint: {
          file: "step-4.safetensors",
          step: 4,
          epoch: 1,
          testAcc: 0.7,
          bytes: 500_004,
          sha256,
          reason: "EPOCH",
        },
      },
      {
        __typename: "BatchesEvent",
        epoch: 2,
        firstStep: 5,
        losses: [0.5],
        accs: [0.75],
        samplesPerSecond: 100,
      },
      { __typename: "PauseRequestedEvent" },
      {
        __typename: "CheckpointEvent",
        checkpoint: {
          file: "step-5.safetensors",
          step: 5,
          epoch: 2,
          testAcc: null,
          bytes: 500_005,
          sha256,
          reason: "PAUSE",
        },
      },
      { __typename: "CheckpointRemovedEvent", file: "step-4.safetensors" },
      { __typename: "PausedEvent", problem: "The disk is full." },
      { __typename: "ResumeRequestedEvent", epochs: 3 },
    ]);
  });

  it("ends with CANCELLED or COMPLETED as the run does", async () => {
    const cancelled = await startTraining();
    await ask(
      context,
      "mutation ($id: ID!) { cancelTraining(runId: $id) { run { id } } }",
      { id: cancelled.id },
    );
    const completed = await startTraining();
    await completed.claim();
    await completed.append(STARTED, { type: "completed" });
    for (
      const [{ id }, type] of [[cancelled, "CancelledEvent"], [
        completed,
        "CompletedEvent",
      ]] as const
    ) {
      const events = await all(await watch(query, { runId: id }));
      assertEquals(events.at(-1).runEvents.__typename, type);
    }
  });
});

describe("Subscription.runStates", () => {
  const query = "subscription { runStates { id state } }";

  it("opens with every run that is not over, then gives each run as its state changes", async () => {
    const first = await startTraining();
    const second = await startTraining();
    const states = await watch(query);
    assertEquals((await next(states)).runStates, { id: first.id, state: "QUEUED" });
    assertEquals((await next(states)).runStates, { id: second.id, state: "QUEUED" });
    await first.claim();
    assertEquals((await next(states)).runStates, { id: first.id, state: "RUNNING" });
    await first.append(STARTED, { type: "completed" });
    assertEquals((await next(states)).runStates, { id: first.id, state: "COMPLETED" });
    const third = await startTraining();
    assertEquals((await next(states)).runStates, { id: third.id, state: "QUEUED" });
    await states.return();
  });
});

/** A store whose waits end with their signal and in no other way. Resolves `waiting` when one begins. */
function patientStore(): { readonly store: RunStore; readonly waiting: Promise<void> } {
  const { promise: waiting, resolve: begin } = Promise.withResolvers<void>();
  const wait = (_mark: number, signal: AbortSignal) =>
    new Promise<void>((resolve) => {
      signal.addEventListener("abort", () => resolve(), { once: true });
      if (signal.aborted) resolve();
      begin();
    });
  return { store: { ...store, wait }, waiting };
}

const EVERY_SUBSCRIPTION = [
  "subscription { epochs { number } }",
  "subscription ($runId: ID!) { epochs(runId: $runId) { number } }",
  "subscription ($runId: ID!) { batches(runId: $runId) { step } }",
  "subscription ($runId: ID!) { runEvents(runId: $runId, afterSeq: 1) { seq } }",
  "subscription { runStates { id } }",
] as const;

for (const query of EVERY_SUBSCRIPTION) {
  describe(query, () => {
    const waitOn = async (request?: ApiContext["request"]) => {
      const { id } = query.includes("$runId") ? await startTraining() : { id: undefined };
      const patient = patientStore();
      const answers = await watch(query, { runId: id }, {
        ...context,
        store: patient.store,
        ...(request ? { request } : {}),
      });
      const pending = answers.next();
      await patient.waiting;
      return { answers, pending };
    };

    it("ends at once when the client returns while it waits", async () => {
      const { answers, pending } = await waitOn();
      assertEquals(await answers.return(), { done: true, value: undefined });
      assertEquals((await pending).done, true);
    });

    it("ends at once when the request's signal fires while it waits", async () => {
      const request = new AbortController();
      const { answers, pending } = await waitOn(request);
      request.abort();
      assertEquals((await pending).done, true);
      assertEquals((await answers.next()).done, true);
    });

    it("gives an error of the store as its last answer", async () => {
      const { id } = query.includes("$runId") ? await startTraining() : { id: undefined };
      const fail = () => Promise.reject(new StoreUnavailableError("The disk is full."));
      const broken: RunStore = { ...store, read: fail, current: fail, changes: fail };
      const answers = await watch(query, { runId: id }, { ...context, store: broken });
      const { value, done } = await answers.next();
      assertEquals(done, false);
      assertEquals(value?.errors?.map(({ message, extensions }) => ({ message, extensions })), [
        { message: "The disk is full.", extensions: { code: "UNAVAILABLE" } },
      ]);
      assertEquals((await answers.next()).done, true);
    });
  });
}

describe("a subscription", () => {
  const missing = btoa("Run:00000000-0000-0000-0000-000000000000");
  const refusals: readonly [field: string, message: string, code: string, path?: string][] = [
    [
      `epochs(runId: "${missing}") { number }`,
      "Cannot follow epochs: there is no run",
      "NOT_FOUND",
    ],
    [
      `batches(runId: "${missing}") { step }`,
      "Cannot follow batches: there is no run",
      "NOT_FOUND",
    ],
    [`runEvents(runId: "${missing}") { seq }`, "Cannot follow a run: there is no run", "NOT_FOUND"],
    [
      `epochs(runId: "x") { number }`,
      "Cannot follow epochs: runId must be the id of a Run, got 'x'.",
      "BAD_USER_INPUT",
      "runId",
    ],
    [
      `epochs(afterEpoch: -1) { number }`,
      "Cannot follow epochs: afterEpoch must be 0 or more, got -1.",
      "BAD_USER_INPUT",
      "afterEpoch",
    ],
    [
      `batches(every: 0) { step }`,
      "Cannot follow batches: every must be 1 or more, got 0.",
      "BAD_USER_INPUT",
      "every",
    ],
    [
      `batches(afterStep: -1) { step }`,
      "Cannot follow batches: afterStep must be 0 or more, got -1.",
      "BAD_USER_INPUT",
      "afterStep",
    ],
    [
      `runEvents(runId: "${missing}", afterSeq: -1) { seq }`,
      "Cannot follow a run: afterSeq must be 0 or more, got -1.",
      "BAD_USER_INPUT",
      "afterSeq",
    ],
  ];
  for (const [field, message, code, path] of refusals) {
    it(`is refused before it begins: ${field}`, async () => {
      const answer = await open(`subscription { ${field} }`);
      const errors = Symbol.asyncIterator in answer ? fail("it has begun") : answer.errors;
      const [error] = JSON.parse(JSON.stringify(errors));
      assert(error.message.startsWith(message), error.message);
      assertEquals(error.extensions, { code, ...(path ? { path: [path] } : {}) });
    });
  }

  it("tells the log of an error that nobody expected, and its client no more than that", async () => {
    const error = new TypeError("secret");
    const told: unknown[] = [];
    const answers = await watch("subscription { all: runStates { id } }", {}, {
      ...context,
      store: { ...store, lastChange: () => Promise.reject(error) },
      onUnexpectedError: (...args) => told.push(args),
    });
    const { value } = await answers.next();
    assertEquals(value?.errors?.map(({ message, extensions }) => ({ message, extensions })), [
      { message: "Unexpected error", extensions: { code: "INTERNAL" } },
    ]);
    assertEquals(told, [[error, "all"]]);
  });
});
