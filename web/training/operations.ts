/** Every GraphQL operation of the Training panel, with the type of its answer. */
import type { Recipe } from "../../ml/spec/presets.ts";
import type { Device } from "../../ml/spec/spec.ts";
import type { EpochPoint } from "../../pictures/curves_option.ts";
import type { RunOrderField } from "../../runs/store/run_order.ts";
import type { RunState } from "../../runs/log/state.ts";
import { operation } from "../api/operation.ts";

/** A run, without its points. */
export interface RunItem {
  readonly id: string;
  readonly name: string;
  readonly state: RunState;
  readonly recipe: Recipe | null;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly trainSamples: number;
  readonly testSamples: number;
  readonly seed: number;
  readonly device: string | null;
  readonly engine: string | null;
  readonly createdAt: string;
  readonly error: string | null;
  readonly tags: readonly string[];
  readonly note: string | null;
  readonly bestTestAcc: number | null;
  /** What its last epoch came to. */
  readonly metrics: Omit<EpochPoint, "number"> | null;
  /** The length of its log. */
  readonly lastSeq: number;
  readonly progress: Progress;
}

/** What keeps a run from going on, if anything does. */
export interface Standing {
  readonly waitingFor: string | null;
  readonly worker: { readonly trouble: string | null } | null;
}

/** How far a run is. */
export interface Progress {
  readonly epoch: number;
  readonly epochs: number;
  readonly step: number;
  readonly steps: number;
  readonly samplesPerSecond: number | null;
  readonly etaSeconds: number | null;
}

/** An epoch's metrics and how long it took. */
export interface Epoch extends EpochPoint {
  readonly seconds: number;
}

/** A tag in use. */
export interface Tag {
  readonly name: string;
  readonly runCount: number;
}

/** What the list of runs is filtered and sorted by. */
export interface RunFilter {
  readonly states?: readonly RunState[];
  readonly tag?: string;
  readonly search?: string;
  readonly minTestAcc?: number;
  readonly orderBy: { readonly field: RunOrderField; readonly direction: "ASC" | "DESC" };
}

/** What is to be said of a run. What is absent stays as it is. */
export interface UpdateRunInput {
  readonly name?: string;
  readonly tags?: readonly string[];
  /** An empty text takes it off. */
  readonly note?: string;
}

/** A step of training. */
export interface Batch {
  readonly epoch: number;
  readonly step: number;
  readonly loss: number;
  readonly acc: number;
}

/** What a training takes of its machine. */
export interface SystemMetrics {
  readonly cpuCores: number;
  readonly memoryBytes: number;
  readonly samplesPerSecond: number;
  readonly gpu: {
    /** A fraction. */
    readonly utilization: number | null;
    readonly memoryBytes: number | null;
  } | null;
}

/** A line of a run's log. */
export interface LogItem {
  readonly seq: number;
  readonly at: string;
  readonly level: "INFO" | "WARNING" | "ERROR";
  readonly message: string;
}

/** What a run can go on from. */
export interface Checkpoint {
  readonly file: string;
  /** What people call it: then it is kept for good. */
  readonly name: string | null;
  readonly step: number;
  readonly epoch: number;
  /** Null for one made within an epoch. */
  readonly testAcc: number | null;
  readonly bytes: number;
}

/** A device that the server has, or why it has not. */
export interface DeviceInfo {
  readonly kind: Device;
  readonly name: string;
  readonly available: boolean;
  readonly reason: string | null;
}

/** A network in numbers. */
export interface ModelSummary {
  readonly totalParameters: number;
  readonly layers: readonly {
    readonly name: string;
    readonly kind: string;
    readonly outputShape: readonly number[];
    readonly parameters: number;
  }[];
}

/** What the log's lines need of an event. Other types of events have nothing but the fields of all. */
export type RunEventItem =
  & { readonly seq: number; readonly at: string }
  & (
    | { readonly __typename: "ClaimedEvent"; readonly worker: string; readonly attempt: number }
    | { readonly __typename: "StartedEvent"; readonly device: string; readonly engine: string }
    | { readonly __typename: "FailedEvent"; readonly error: string }
    | { readonly __typename: "PausedEvent"; readonly problem: string | null }
    | { readonly __typename: "ResumeRequestedEvent"; readonly epochs: number | null }
    | {
      readonly __typename: "CheckpointEvent";
      readonly checkpoint: Pick<Checkpoint, "step" | "bytes">;
    }
    | {
      readonly __typename: "CheckpointNamedEvent";
      readonly file: string;
      readonly checkpointName: string | null;
    }
    | {
      readonly __typename: "CheckpointRemovedEvent";
      readonly file: string;
      readonly unusable: boolean | null;
    }
    | { readonly __typename: "InterruptedEvent"; readonly reason: string }
    | { readonly __typename: "RenamedEvent"; readonly name: string }
    | { readonly __typename: "TaggedEvent"; readonly tags: readonly string[] }
    | { readonly __typename: "NotedEvent"; readonly note: string | null }
    | {
      readonly __typename: "LogEvent";
      readonly level: "INFO" | "WARNING" | "ERROR";
      readonly message: string;
    }
    | {
      readonly __typename:
        | "QueuedEvent"
        | "PauseRequestedEvent"
        | "CancelRequestedEvent"
        | "CancelledEvent"
        | "CompletedEvent"
        | "BatchesEvent"
        | "Epoch";
    }
  );

/** What the start form asks for. What is left out is the recipe's default. */
export interface StartTrainingInput {
  readonly recipe: Recipe;
  readonly device: Device;
  readonly name?: string;
  readonly epochs?: number;
  readonly batchSize?: number;
  readonly learningRate?: number;
  readonly seed?: number;
  readonly trainSamples?: number;
  readonly testSamples?: number;
  readonly idempotencyKey?: string;
}

// An alias and not an interface: only that fits Record<string, unknown>.
type RunId = { readonly runId: string };

const RUN_ITEM = /* GraphQL */ `fragment RunItem on Run {
  id
  name
  state
  recipe
  batchSize
  learningRate
  trainSamples
  testSamples
  seed
  device
  engine
  createdAt
  error
  tags
  note
  bestTestAcc
  metrics { trainAcc trainLoss testAcc testLoss }
  lastSeq
  progress { epoch epochs step steps samplesPerSecond etaSeconds }
}`;

export const DEVICES_QUERY = operation<{ devices: readonly DeviceInfo[] }>(
  /* GraphQL */ `query Devices {
  devices { kind name available reason }
}`,
);

export const MODEL_QUERY = operation<{ modelSummary: ModelSummary }, { recipe: Recipe }>(
  /* GraphQL */ `query Model($recipe: Recipe!) {
  modelSummary(recipe: $recipe) {
    totalParameters
    layers { name kind outputShape parameters }
  }
}`,
);

export const RUNS_QUERY = operation<
  {
    runs: {
      readonly nodes: readonly RunItem[];
      readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
      readonly totalCount: number;
    };
    tags: readonly Tag[];
  },
  RunFilter & { first: number; after: string | null }
>(
  /* GraphQL */ `query Runs(
  $first: Int!
  $after: String
  $states: [RunState!]
  $tag: String
  $search: String
  $minTestAcc: Float
  $orderBy: RunOrder
) {
  runs(
    first: $first
    after: $after
    states: $states
    tag: $tag
    search: $search
    minTestAcc: $minTestAcc
    orderBy: $orderBy
  ) {
    nodes { ...RunItem }
    pageInfo { hasNextPage endCursor }
    totalCount
  }
  tags { name runCount }
}
${RUN_ITEM}`,
);

export const TAGS_QUERY = operation<{ tags: readonly Tag[] }>(
  /* GraphQL */ `query Tags {
  tags { name runCount }
}`,
);

export const RUN_QUERY = operation<{ run: RunItem & Standing | null }, { id: string }>(
  /* GraphQL */ `query Run($id: ID!) {
  run(id: $id) {
    ...RunItem
    waitingFor
    worker { trouble }
  }
}
${RUN_ITEM}`,
);

export const START_TRAINING = operation<
  { startTraining: { run: RunItem } },
  { input: StartTrainingInput }
>(
  /* GraphQL */ `mutation StartTraining($input: StartTrainingInput!) {
  startTraining(input: $input) { run { ...RunItem } }
}
${RUN_ITEM}`,
);

export const UPDATE_RUN = operation<
  { updateRun: { run: RunItem } },
  { runId: string; input: UpdateRunInput }
>(
  /* GraphQL */ `mutation UpdateRun($runId: ID!, $input: UpdateRunInput!) {
  updateRun(runId: $runId, input: $input) { run { ...RunItem } }
}
${RUN_ITEM}`,
);

export const CURVE_QUERY = operation<
  { run: { readonly steps: readonly Batch[]; readonly means: readonly Batch[] } | null },
  { id: string; maxPoints: number; maxMeans: number; fromStep?: number; toStep?: number }
>(
  /* GraphQL */ `query Curve(
  $id: ID!
  $maxPoints: Int!
  $maxMeans: Int!
  $fromStep: Int
  $toStep: Int
) {
  run(id: $id) {
    steps: batchCurve(maxPoints: $maxPoints, fromStep: $fromStep, toStep: $toStep) {
      ...Step
    }
    means: batchCurve(maxPoints: $maxMeans, thinning: MEAN, fromStep: $fromStep, toStep: $toStep) {
      ...Step
    }
  }
}
fragment Step on Batch { epoch step loss acc }`,
);

export const SYSTEM_QUERY = operation<
  { run: { readonly systemMetrics: readonly SystemMetrics[] } | null },
  { id: string; maxPoints: number }
>(
  /* GraphQL */ `query System($id: ID!, $maxPoints: Int!) {
  run(id: $id) {
    systemMetrics(maxPoints: $maxPoints) {
      cpuCores
      memoryBytes
      samplesPerSecond
      gpu { utilization memoryBytes }
    }
  }
}`,
);

export const LOGS_QUERY = operation<
  { run: { readonly logs: readonly LogItem[] } | null },
  { id: string; last: number }
>(
  /* GraphQL */ `query Logs($id: ID!, $last: Int!) {
  run(id: $id) {
    logs(last: $last) { seq at level message }
  }
}`,
);

export const CHECKPOINTS_QUERY = operation<
  { run: { readonly checkpoints: readonly Checkpoint[] } | null },
  { id: string }
>(
  /* GraphQL */ `query Checkpoints($id: ID!) {
  run(id: $id) {
    checkpoints { file name step epoch testAcc bytes }
  }
}`,
);

export const NAME_CHECKPOINT = operation<
  { nameCheckpoint: { run: RunItem } },
  { runId: string; checkpoint: string; name: string | null }
>(
  /* GraphQL */ `mutation NameCheckpoint($runId: ID!, $checkpoint: String!, $name: String) {
  nameCheckpoint(runId: $runId, checkpoint: $checkpoint, name: $name) { run { ...RunItem } }
}
${RUN_ITEM}`,
);

export const PAUSE_TRAINING = operation<{ pauseTraining: { run: RunItem } }, RunId>(
  /* GraphQL */ `mutation PauseTraining($runId: ID!) {
  pauseTraining(runId: $runId) { run { ...RunItem } }
}
${RUN_ITEM}`,
);

export const RESUME_TRAINING = operation<
  { resumeTraining: { run: RunItem } },
  { runId: string; epochs?: number }
>(
  /* GraphQL */ `mutation ResumeTraining($runId: ID!, $epochs: Int) {
  resumeTraining(runId: $runId, epochs: $epochs) { run { ...RunItem } }
}
${RUN_ITEM}`,
);

export const CANCEL_TRAINING = operation<{ cancelTraining: { run: RunItem } }, RunId>(
  /* GraphQL */ `mutation CancelTraining($runId: ID!) {
  cancelTraining(runId: $runId) { run { ...RunItem } }
}
${RUN_ITEM}`,
);

export const DELETE_RUN = operation<{ deleteRun: { deletedRunId: string } }, RunId>(
  /* GraphQL */ `mutation DeleteRun($runId: ID!) {
  deleteRun(runId: $runId) { deletedRunId }
}`,
);

export const RUN_STATES_FEED = operation<{ runStates: RunItem }>(
  /* GraphQL */ `subscription RunStates {
  runStates { ...RunItem }
}
${RUN_ITEM}`,
);

export const EPOCHS_FEED = operation<{ epochs: Epoch }, { runId: string; afterEpoch: number }>(
  /* GraphQL */ `subscription Epochs($runId: ID!, $afterEpoch: Int!) {
  epochs(runId: $runId, afterEpoch: $afterEpoch) {
    number
    trainAcc
    trainLoss
    testAcc
    testLoss
    seconds
  }
}`,
);

export const BATCHES_FEED = operation<
  { batches: Batch },
  { runId: string; afterStep: number; every: number }
>(
  /* GraphQL */ `subscription Batches($runId: ID!, $afterStep: Int!, $every: Int!) {
  batches(runId: $runId, afterStep: $afterStep, every: $every) { epoch step loss acc }
}`,
);

export const EVENTS_FEED = operation<
  { runEvents: RunEventItem },
  { runId: string; afterSeq: number }
>(
  /* GraphQL */ `subscription RunEvents($runId: ID!, $afterSeq: Int!) {
  runEvents(
    runId: $runId
    afterSeq: $afterSeq
    types: [
      QUEUED, CLAIMED, STARTED, PAUSE_REQUESTED, PAUSED, RESUME_REQUESTED, CANCEL_REQUESTED,
      CANCELLED, COMPLETED, FAILED, INTERRUPTED, CHECKPOINT, CHECKPOINT_NAMED,
      CHECKPOINT_REMOVED, RENAMED, TAGGED, NOTED, LOG
    ]
  ) {
    __typename
    seq
    at
    ... on ClaimedEvent { worker attempt }
    ... on StartedEvent { device engine }
    ... on CheckpointEvent { checkpoint { step bytes } }
    ... on CheckpointNamedEvent { file checkpointName }
    ... on CheckpointRemovedEvent { file unusable }
    ... on PausedEvent { problem }
    ... on ResumeRequestedEvent { epochs }
    ... on FailedEvent { error }
    ... on InterruptedEvent { reason }
    ... on RenamedEvent { name }
    ... on TaggedEvent { tags }
    ... on NotedEvent { note }
    ... on LogEvent { level message }
  }
}`,
);
