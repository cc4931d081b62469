/** Table of subscriptions: the run's log, the operation, and what a client sees of it by any transport. */
import type { RunEventBody } from "../../runs/log/event.ts";
import type { Variables } from "../support/api.ts";
import {
  batches,
  checkpoint,
  epoch,
  logLine,
  MISSING_RUN,
  started,
  trainedEpoch,
} from "../support/written_run.ts";

/** An entry of a run's log: a worker's event or claim, or a client's request. */
export type Entry =
  | RunEventBody
  | "claim"
  | { readonly request: "pause" | "cancel" | "resume"; readonly epochs?: number };

/** A subscription from a client's side. */
export interface SubscriptionCase {
  readonly operation: string;
  /** Variables beside `runId`, which names the run of the log. */
  readonly variables?: Variables;
  /** The log before the client subscribes; without it, the run is created afterwards. */
  readonly log?: readonly Entry[];
  /** A second run waits in the queue. */
  readonly hasQueuedRun?: true;
  /** Values of the root field. */
  readonly sees: readonly unknown[];
  /** Entries that are appended while the client waits, each with what it sees of them. */
  readonly live?: readonly (readonly [entries: readonly Entry[], sees: readonly unknown[]])[];
  /** The subscription completes after the last value; true by default. */
  readonly ends?: boolean;
}

/** Stands in expected values for the run's API id. */
export const RUN = "the id of the run";

const EPOCHS = `subscription ($runId: ID, $afterEpoch: Int) {
  epochs(runId: $runId, afterEpoch: $afterEpoch) { number }
}`;
const CURRENT = "subscription { epochs { runId number trainAcc testAcc } }";
const STEPS = `subscription ($runId: ID, $afterStep: Int, $every: Int = 1) {
  batches(runId: $runId, afterStep: $afterStep, every: $every) { step }
}`;
const EVENTS = `subscription ($runId: ID!, $afterSeq: Int, $types: [RunEventType!]) {
  runEvents(runId: $runId, afterSeq: $afterSeq, types: $types) {
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

const COMPLETED: RunEventBody = { type: "completed" };
const FIRST: readonly RunEventBody[] = [started(), ...trainedEpoch(1)];
const WHOLE: readonly RunEventBody[] = [...FIRST, ...trainedEpoch(2), COMPLETED];
const FAILED: readonly RunEventBody[] = [
  ...[started(), batches(1, 1, 2), epoch(1), logLine("one", "warning")],
  { type: "failed", error: "enough" },
];
const PAUSED: readonly Entry[] = [
  ...FIRST,
  { request: "pause" },
  checkpoint(1, 4, "pause"),
  { type: "paused", reason: null },
];
const RESUMED: readonly Entry[] = [
  { request: "resume" },
  ...[started(), ...trainedEpoch(2), COMPLETED],
];
const MORE: readonly Entry[] = [started(), ...trainedEpoch(3), ...trainedEpoch(4), COMPLETED];
const CONTINUED: readonly Entry[] = [...WHOLE, { request: "resume", epochs: 4 }];

const numbers = (...values: readonly number[]) => values.map((number) => ({ number }));
const steps = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, at) => ({ step: from + at }));
/** Events as clients see them, from a sequence number on. */
const seen = (from: number, ...events: readonly object[]) =>
  events.map((event, at) => ({ ...event, seq: from + at, runId: RUN }));
const stepsSeen = (event: RunEventBody) => {
  const { type: _, ...rest } = event;
  return { __typename: "BatchesEvent", ...rest };
};

export const CASES: Readonly<Record<string, SubscriptionCase>> = {
  "epochs: waits for the next run, follows it and completes with it": {
    operation: CURRENT,
    sees: [],
    live: [1, 2].map((number) => [
      number === 1 ? FIRST : [...trainedEpoch(2), COMPLETED],
      [{ runId: RUN, number, trainAcc: 0.625, testAcc: 0.9 + number / 100 }],
    ]),
  },
  "epochs: follows the run in training from its first epoch, not the one in the queue": {
    operation: CURRENT,
    log: FIRST,
    hasQueuedRun: true,
    sees: [{ runId: RUN, number: 1, trainAcc: 0.625, testAcc: 0.91 }],
    ends: false,
  },
  "epochs: replays a finished run": { operation: EPOCHS, log: WHOLE, sees: numbers(1, 2) },
  "epochs: replays a finished run for a cursor that is null": {
    ...{ operation: EPOCHS, variables: { afterEpoch: null }, log: WHOLE, sees: numbers(1, 2) },
  },
  "epochs: replays a finished run after the client's cursor": {
    ...{ operation: EPOCHS, variables: { afterEpoch: 1 }, log: WHOLE, sees: numbers(2) },
  },
  "epochs: completes at once for a cursor at the end of a finished run": {
    ...{ operation: EPOCHS, variables: { afterEpoch: 2 }, log: WHOLE, sees: [] },
  },
  "epochs: stays open while the run is paused, and continues when it is resumed": {
    ...{ operation: EPOCHS, variables: { afterEpoch: 1 }, log: PAUSED, sees: [] },
    live: [[RESUMED, numbers(2)]],
  },
  "epochs: continues from a cursor when a completed run gets more epochs": {
    ...{ operation: EPOCHS, variables: { afterEpoch: 2 }, log: CONTINUED, sees: [] },
    live: [[MORE, numbers(3, 4)]],
  },
  "batches: are single steps": { operation: STEPS, log: WHOLE, sees: steps(1, 8) },
  "batches: are every third step after the client's cursor": {
    ...{ operation: STEPS, variables: { afterStep: 2, every: 3 }, log: WHOLE },
    sees: [{ step: 3 }, { step: 6 }],
  },
  "batches: have the metrics of their step": {
    operation: `subscription ($runId: ID) {
      batches(runId: $runId, afterStep: 7) { runId epoch step loss acc }
    }`,
    log: WHOLE,
    sees: [{ runId: RUN, epoch: 2, step: 8, loss: 0.5, acc: 1 }],
  },
  "batches: stay open while the run is paused, and continue when it is resumed": {
    ...{ operation: STEPS, variables: { afterStep: 4 }, log: PAUSED, sees: [] },
    live: [[RESUMED, steps(5, 8)]],
  },
  "batches: continue from a cursor when a completed run gets more epochs": {
    ...{ operation: STEPS, variables: { afterStep: 8 }, log: CONTINUED, sees: [] },
    live: [[MORE, steps(9, 16)]],
  },
  "runEvents: are all events, each with its fields": {
    operation: EVENTS,
    log: [
      ...[started(), logLine("hot", "warning"), batches(1, 1, 2), batches(1, 3, 2), epoch(1)],
      { type: "failed", error: "the loss is not a number" },
    ],
    sees: seen(
      1,
      { __typename: "QueuedEvent" },
      { __typename: "ClaimedEvent", worker: "w1", attempt: 1 },
      {
        ...{ __typename: "StartedEvent", device: "CPU (a test, 2 threads)", engine: "None 1.0" },
        ...{ stepsPerEpoch: 4, steps: 12, parameters: 121_930 },
      },
      { __typename: "LogEvent", level: "WARNING", message: "hot" },
      {
        ...{ __typename: "BatchesEvent", epoch: 1, firstStep: 1, samplesPerSecond: 8000 },
        ...{ losses: [2, 1.5], accs: [0.25, 0.5] },
      },
      stepsSeen(batches(1, 3, 2)),
      { __typename: "Epoch", number: 1, seconds: 1 },
      { __typename: "FailedEvent", error: "the loss is not a number" },
    ),
  },
  "runEvents: include interruptions, the next claim and a request to cancel": {
    operation: EVENTS,
    variables: { afterSeq: 2 },
    log: [
      "claim",
      { type: "interrupted", reason: "stopped", crashed: false },
      "claim",
      { request: "cancel" },
    ],
    sees: seen(
      3,
      { __typename: "InterruptedEvent", reason: "stopped", crashed: false },
      { __typename: "ClaimedEvent", worker: "w1", attempt: 2 },
      { __typename: "CancelRequestedEvent" },
    ),
    ends: false,
  },
  "runEvents: are only those of the requested types, replayed and live": {
    operation: EVENTS,
    variables: { types: ["LOG", "FAILED", "LOG", "CANCEL_REQUESTED"] },
    log: [started(), logLine("one"), batches(1, 1, 2)],
    sees: seen(4, { __typename: "LogEvent", level: "INFO", message: "one" }),
    live: [
      [
        [batches(1, 3, 2), epoch(1), logLine("two", "error")],
        seen(8, { __typename: "LogEvent", level: "ERROR", message: "two" }),
      ],
      [
        [{ type: "failed", error: "enough" }],
        seen(9, { __typename: "FailedEvent", error: "enough" }),
      ],
    ],
  },
  "runEvents: include resource usage as it is measured": {
    operation: EVENTS,
    variables: { afterSeq: 2 },
    log: ["claim"],
    sees: [],
    live: [null, { utilization: 0.5, memoryBytes: null }].map((gpu, at) => [
      [{ type: "system", cpuCores: 1.5, memoryBytes: 6e9, samplesPerSecond: 8000, gpu }],
      seen(3 + at, {
        ...{ __typename: "SystemEvent", cpuCores: 1.5, memoryBytes: 6e9, speed: 8000, gpu },
      }),
    ]),
    ends: false,
  },
  "runEvents: include checkpoints, and requests to pause and to resume": {
    operation: EVENTS,
    variables: { afterSeq: 5 },
    log: [
      ...[...FIRST, checkpoint(1, 4), batches(2, 5, 1), { request: "pause" } as const],
      ...[
        checkpoint(2, 5, "pause"),
        { type: "checkpointRemoved", file: "step-4.safetensors" } as const,
      ],
      { type: "paused", reason: "The disk is full." },
      { request: "resume", epochs: 4 },
    ],
    sees: seen(
      6,
      {
        __typename: "CheckpointEvent",
        checkpoint: {
          ...{ file: "step-4.safetensors", step: 4, epoch: 1, testAcc: 0.91 },
          ...{ bytes: 500_004, sha256: "0f".repeat(32), reason: "EPOCH" },
        },
      },
      stepsSeen(batches(2, 5, 1)),
      { __typename: "PauseRequestedEvent" },
      {
        __typename: "CheckpointEvent",
        checkpoint: {
          ...{ file: "step-5.safetensors", step: 5, epoch: 2, testAcc: null },
          ...{ bytes: 500_005, sha256: "0f".repeat(32), reason: "PAUSE" },
        },
      },
      { __typename: "CheckpointRemovedEvent", file: "step-4.safetensors" },
      { __typename: "PausedEvent", problem: "The disk is full." },
      { __typename: "ResumeRequestedEvent", epochs: 4 },
    ),
    ends: false,
  },
  "runEvents: leave excluded types out, and have a text and a level": {
    operation: `subscription ($runId: ID!) {
      runEvents(runId: $runId, excludeTypes: [BATCHES, EPOCH, QUEUED]) { seq text level }
    }`,
    log: FAILED,
    sees: [
      { seq: 2, text: "Picked up by worker w1.", level: "INFO" },
      { seq: 3, text: "Training on CPU (a test, 2 threads), None 1.0.", level: "INFO" },
      { seq: 6, text: "one", level: "WARNING" },
      { seq: 7, text: "Failed: enough", level: "ERROR" },
    ],
  },
  "runEvents: leave an excluded type out of the requested ones": {
    operation: `subscription ($runId: ID!) {
      runEvents(runId: $runId, types: [LOG, FAILED], excludeTypes: [LOG]) { seq }
    }`,
    log: FAILED,
    sees: [{ seq: 7 }],
  },
  "runEvents: end with CancelledEvent if the run is cancelled": {
    operation:
      "subscription ($runId: ID!) { runEvents(runId: $runId, types: [CANCELLED]) { __typename } }",
    log: [{ request: "cancel" }],
    sees: [{ __typename: "CancelledEvent" }],
  },
  "runEvents: end with CompletedEvent if the run is completed": {
    operation:
      "subscription ($runId: ID!) { runEvents(runId: $runId, types: [COMPLETED]) { __typename } }",
    log: WHOLE,
    sees: [{ __typename: "CompletedEvent" }],
  },
};

/** Subscriptions that are refused before they begin: the root field, the error's message, code and path. */
export const REFUSALS: readonly (readonly [
  ...[field: string, message: string, code: string, path?: string | undefined],
])[] = [
  ...([
    [`epochs(runId: "${MISSING_RUN}") { number }`, "epochs"],
    [`batches(runId: "${MISSING_RUN}") { step }`, "batches"],
    [`runEvents(runId: "${MISSING_RUN}") { seq }`, "a run"],
  ] as const).map(([field, what]) =>
    [field, `Cannot follow ${what}: no run has the ID`, "NOT_FOUND"] as const
  ),
  ...([
    ['epochs(runId: "x") { number }', "epochs: runId", "be the id of a Run, got 'x'."],
    ["epochs(afterEpoch: -1) { number }", "epochs: afterEpoch", "be 0 or more, got -1."],
    ["batches(every: 0) { step }", "batches: every", "be 1 or more, got 0."],
    ["batches(afterStep: -1) { step }", "batches: afterStep", "be 0 or more, got -1."],
    [
      `runEvents(runId: "${MISSING_RUN}", afterSeq: -1) { seq }`,
      ...["a run: afterSeq", "be 0 or more, got -1."] as const,
    ],
    [
      `runEvents(runId: "${MISSING_RUN}", types: [LOG], excludeTypes: [LOG, FAILED]) { seq }`,
      ...["a run: excludeTypes", "leave a type, got every one."] as const,
    ],
    [
      `runEvents(runId: "${MISSING_RUN}", types: []) { seq }`,
      ...["a run: types", "hold one type or more, got none."] as const,
    ],
  ] as const).map(([field, what, rule]) =>
    [field, `Cannot follow ${what} must ${rule}`, "BAD_USER_INPUT", what.split(": ")[1]] as const
  ),
];
