/** Every GraphQL operation of `deno task runs`, and names for the types that follow from them. */
import { type DataOf, graphql, operation, type VariablesIn } from "../../web/api/operation.ts";

/** A run in a list. */
export type RunItem = DataOf<typeof LIST_RUNS>["runs"]["nodes"][number];

/** A run as `follow` starts from it. */
export type FollowedRun = NonNullable<DataOf<typeof READ_FOLLOWED>["run"]>;

/** A run as `show` prints it. */
export type RunDetails = NonNullable<DataOf<typeof READ_RUN>["run"]>;

/** A sample of the machine that a run was trained on. */
export type SystemMetrics = RunDetails["systemMetrics"][number];

/** A line of a run's log. */
export type LogLine = RunDetails["logs"][number];

/** An epoch's metrics. */
export type Epoch = FollowedRun["epochs"][number];

/** A checkpoint of a run. */
export type Checkpoint = RunDetails["checkpoints"][number];

/** A process that trains runs. */
export type Worker = DataOf<typeof LIST_WORKERS>["workers"][number];

/** The fields of a run that a user may change. */
export type UpdateRunInput = VariablesIn<typeof UPDATE>["input"];

/** Selects a checkpoint; the newest if empty. */
export interface CheckpointChoice {
  readonly checkpoint?: string;
  readonly epoch?: number;
  readonly step?: number;
}

/** A run as `export` starts from it. */
export type ExportedRun = NonNullable<DataOf<typeof READ_EXPORTED>["run"]>;

/** An event as `export` reads it. */
export type MetricItem = DataOf<typeof FOLLOW_METRICS>["runEvents"];

/** An event as the API sends it. */
export type EventItem = DataOf<typeof FOLLOW_EVENTS>["runEvents"];

const RUN_ITEM = /* GraphQL */ `fragment RunItem on Run {
  id
  name
  state
  networkName
  seed
  device
  createdAt
  error
  bestTestAcc
  progress { epoch epochs step steps samplesPerSecond etaSeconds }
}`;

const FOLLOWED_RUN = /* GraphQL */ `fragment FollowedRun on Run {
  ...RunItem
  dataset
  batchSize
  learningRate
  trainSamples
  testSamples
  requestedDevice
  lastSeq
  warning
  waitingFor
  queuePosition
  epochs {
    seq at number trainAcc trainLoss testAcc testLoss validationAcc validationLoss learningRate seconds
  }
}
${RUN_ITEM}` as const;

export const LIST_RUNS = operation(
  graphql(/* GraphQL */ `query Runs($first: Int!, $after: String, $state: RunState) {
  runs(first: $first, after: $after, state: $state) {
    nodes { ...RunItem warning }
    pageInfo { hasNextPage endCursor }
    totalCount
  }
}
${RUN_ITEM}`),
);

export const LIST_NAMES = operation(
  graphql(/* GraphQL */ `query Names($first: Int!, $after: String, $state: RunState) {
  runs(first: $first, after: $after, state: $state) {
    nodes { id name }
    pageInfo { hasNextPage endCursor }
    totalCount
  }
}`),
);

export const READ_NAME = operation(graphql(/* GraphQL */ `query Name($id: ID!) {
  run(id: $id) { id name }
}`));

export const READ_STATE = operation(graphql(/* GraphQL */ `query State($id: ID!) {
  run(id: $id) { state error warning waitingFor }
}`));

export const READ_FOLLOWED = operation(graphql(/* GraphQL */ `query Followed($id: ID!) {
  run(id: $id) { ...FollowedRun }
}
${FOLLOWED_RUN}`));

export const READ_RUN = operation(graphql(/* GraphQL */ `query Whole($id: ID!) {
  run(id: $id) {
    ...FollowedRun
    engine
    startedAt
    endedAt
    attempts
    worker { id host trouble }
    checkpoints { file step epoch testAcc bytes name }
    systemMetrics(last: 1) {
      at
      cpuCores
      memoryBytes
      samplesPerSecond
      gpu { utilization memoryBytes }
    }
    logs(level: WARNING, last: 5) { at level message }
  }
}
${FOLLOWED_RUN}`));

export const LIST_WORKERS = operation(graphql(/* GraphQL */ `query Workers {
  workers {
    id
    host
    pid
    version
    startedAt
    seenAt
    devices { name available }
    run { id name }
    trouble
  }
}`));

export const PAUSE = operation(graphql(/* GraphQL */ `mutation Pause($id: ID!) {
  changed: pauseTraining(runId: $id) { run { name state } }
}`));

export const RESUME = operation(graphql(/* GraphQL */ `mutation Resume($id: ID!, $epochs: Int) {
  changed: resumeTraining(runId: $id, epochs: $epochs) { run { name state } }
}`));

export const CANCEL = operation(graphql(/* GraphQL */ `mutation Cancel($id: ID!) {
  changed: cancelTraining(runId: $id) { run { name state } }
}`));

export const UPDATE = operation(
  graphql(/* GraphQL */ `mutation Update($id: ID!, $input: UpdateRunInput!) {
  updateRun(runId: $id, input: $input) { run { name tags note } }
}`),
);

export const NAME_CHECKPOINT = operation(graphql(/* GraphQL */ `mutation NameCheckpoint(
  $id: ID!, $name: String, $checkpoint: String, $epoch: Int, $step: Int
) {
  changed: nameCheckpoint(
    runId: $id, name: $name, checkpoint: $checkpoint, epoch: $epoch, step: $step
  ) { run { checkpoints { name step } } }
}`));

export const DELETE = operation(graphql(/* GraphQL */ `mutation Delete($id: ID!) {
  deleteRun(runId: $id) { deletedRunId }
}`));

const METRIC_EVENT = /* GraphQL */ `fragment MetricEvent on RunEvent {
  __typename
  seq
  at
  ... on BatchesEvent { firstStep losses accs }
  ... on Epoch {
    number trainAcc trainLoss testAcc testLoss validationAcc validationLoss learningRate seconds
  }
}`;

export const READ_EXPORTED = operation(graphql(/* GraphQL */ `query Exported($id: ID!) {
  run(id: $id) {
    id name state error tags note createdAt startedAt endedAt dataset device engine input
  }
}`));

export const READ_METRICS = operation(
  graphql(/* GraphQL */ `query Metrics($id: ID!, $afterSeq: Int!, $first: Int!) {
  run(id: $id) { events(afterSeq: $afterSeq, first: $first) { ...MetricEvent } }
}
${METRIC_EVENT}`),
);

export const FOLLOW_METRICS = operation(
  graphql(/* GraphQL */ `subscription FollowMetrics($id: ID!, $afterSeq: Int!) {
  runEvents(runId: $id, afterSeq: $afterSeq) { ...MetricEvent }
}
${METRIC_EVENT}`),
);

export const FOLLOW_EVENTS = operation(
  graphql(/* GraphQL */ `subscription Events($id: ID!, $afterSeq: Int!) {
  runEvents(runId: $id, afterSeq: $afterSeq) {
    __typename
    seq
    runId
    at
    text
    level
    ... on StartedEvent { device engine stepsPerEpoch steps parameters }
    ... on BatchesEvent { epoch firstStep losses accs samplesPerSecond }
    ... on Epoch {
      number trainAcc trainLoss testAcc testLoss validationAcc validationLoss learningRate seconds
    }
    ... on ResumeRequestedEvent { epochs }
  }
}`),
);
