/** Every GraphQL operation of the training panel, and names for the types that follow from them. */
import { type DataOf, graphql, operation, type VariablesIn } from "../api/operation.ts";

/** A run, without its points. */
export type RunItem = DataOf<typeof START_TRAINING>["startTraining"]["run"];

/** The reason why a run waits, if it does. */

/** A run's progress, speed and remaining time. */
export type Progress = RunItem["progress"];

/** An epoch's metrics and how long it took. */
export type Epoch = DataOf<typeof EPOCHS_FEED>["epochs"];

/** A tag in use. */
export type Tag = DataOf<typeof TAGS_QUERY>["tags"][number];

type RunsVariables = VariablesIn<typeof RUNS_QUERY>;

/** Filters and sorts the list of runs. */
export type RunFilter = Omit<RunsVariables, "first" | "after">;

/** A step of training. */
export type Batch = DataOf<typeof BATCHES_FEED>["batches"];

/** A sample of the machine that a run is trained on. */
export type SystemMetrics = NonNullable<
  DataOf<typeof SYSTEM_QUERY>["run"]
>["systemMetrics"][number];

/** A line of a run's log. */
export type LogItem = NonNullable<DataOf<typeof LOGS_QUERY>["run"]>["logs"][number];

/** A checkpoint of a run. Its test accuracy is null when it was saved within an epoch. */
export type Checkpoint = NonNullable<
  DataOf<typeof CHECKPOINTS_QUERY>["run"]
>["checkpoints"][number];

/** A device that the server has, or why it is not available. */
export type DeviceInfo = DataOf<typeof DEVICES_QUERY>["devices"][number];

/** A network's layers and their parameters. */
export type ModelSummary = DataOf<typeof MODEL_QUERY>["modelSummary"];

/** An event as the log's lines show it. */
export type RunEventItem = DataOf<typeof EVENTS_FEED>["runEvents"];

/** The fields of the start form. Absent ones are the recipe's default. */
export type StartTrainingInput = VariablesIn<typeof START_TRAINING>["input"];

const RUN_ITEM = /* GraphQL */ `fragment RunItem on Run {
  id
  name
  state
  recipe
  networkName
  dataset
  batchSize
  learningRate
  trainSamples
  testSamples
  seed
  device
  engine
  createdAt
  startedAt
  endedAt
  error
  warning
  tags
  note
  bestTestAcc
  metrics { trainAcc trainLoss testAcc testLoss }
  lastSeq
  progress { epoch epochs step steps samplesPerSecond etaSeconds }
}`;

export const DEVICES_QUERY = operation(graphql(/* GraphQL */ `query Devices {
  devices { kind name available reason }
}`));

export const TRAINABLE_DATASETS_QUERY = operation(
  graphql(/* GraphQL */ `query TrainableDatasets {
  datasets { name version state trainSize testSize classes imageShape mean std }
}`),
);

const MODEL_QUERY = operation(graphql(/* GraphQL */ `query Model($recipe: Recipe!) {
  modelSummary(recipe: $recipe) {
    totalParameters
    layers { name kind outputShape parameters }
  }
}`));

export const RUNS_QUERY = operation(graphql(/* GraphQL */ `query Runs(
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
${RUN_ITEM}`));

export const TAGS_QUERY = operation(graphql(/* GraphQL */ `query Tags {
  tags { name runCount }
}`));

export const RUN_INPUT_QUERY = operation(graphql(/* GraphQL */ `query RunInput($id: ID!) {
  run(id: $id) { name input }
}`));

export const RUN_SETTINGS_QUERY = operation(graphql(/* GraphQL */ `query RunSettings($id: ID!) {
  run(id: $id) {
    input
    startedFrom { fileName epoch sha256 }
  }
}`));

export const RUN_NETWORK_QUERY = operation(graphql(/* GraphQL */ `query RunNetwork($id: ID!) {
  run(id: $id) { model { text } }
}`));

export const RUN_QUERY = operation(graphql(/* GraphQL */ `query Run($id: ID!) {
  run(id: $id) {
    ...RunItem
    waitingFor
    queuePosition
    worker { trouble }
  }
}
${RUN_ITEM}`));

export const START_TRAINING = operation(
  graphql(/* GraphQL */ `mutation StartTraining($input: StartTrainingInput!) {
  startTraining(input: $input) { run { ...RunItem } }
}
${RUN_ITEM}`),
);

export const UPDATE_RUN = operation(
  graphql(/* GraphQL */ `mutation UpdateRun($runId: ID!, $input: UpdateRunInput!) {
  updateRun(runId: $runId, input: $input) { run { ...RunItem } }
}
${RUN_ITEM}`),
);

export const CURVE_QUERY = operation(graphql(/* GraphQL */ `query Curve(
  $id: ID!
  $maxPoints: Int!
  $fromStep: Int
  $toStep: Int
) {
  run(id: $id) {
    learningRates
    steps: batchCurve(maxPoints: $maxPoints, fromStep: $fromStep, toStep: $toStep) {
      ...Step
    }
    means: batchCurve(maxPoints: $maxPoints, thinning: MEAN, fromStep: $fromStep, toStep: $toStep) {
      ...Step
    }
  }
}
fragment Step on Batch { epoch step loss acc }`));

export const SYSTEM_QUERY = operation(
  graphql(/* GraphQL */ `query System($id: ID!, $maxPoints: Int!) {
  run(id: $id) {
    systemMetrics(maxPoints: $maxPoints) {
      cpuCores
      memoryBytes
      samplesPerSecond
      gpu { utilization memoryBytes }
    }
  }
}`),
);

export const LOGS_QUERY = operation(graphql(/* GraphQL */ `query Logs($id: ID!, $last: Int!) {
  run(id: $id) {
    logs(last: $last) { seq at level message }
  }
}`));

export const CHECK_TRAINING_QUERY = operation(
  graphql(/* GraphQL */ `query CheckTraining($input: StartTrainingInput) {
  checkTraining(input: $input) {
    problems { path message }
  }
}`),
);

export const AUGMENTED_SAMPLES_QUERY = operation(
  graphql(/* GraphQL */ `query AugmentedSamples($input: StartTrainingInput, $theme: Theme) {
  checkTraining(input: $input) {
    augmentedSamples(theme: $theme) { svg }
  }
}`),
);

export const CHECKPOINTS_QUERY = operation(graphql(/* GraphQL */ `query Checkpoints($id: ID!) {
  run(id: $id) {
    checkpoints { file name step epoch testAcc bytes }
  }
}`));

export const EXPORTS_QUERY = operation(graphql(/* GraphQL */ `query Exports($id: ID!) {
  run(id: $id) {
    exports { format url }
  }
}`));

export const NAME_CHECKPOINT = operation(
  graphql(/* GraphQL */ `mutation NameCheckpoint($runId: ID!, $checkpoint: String!, $name: String) {
  nameCheckpoint(runId: $runId, checkpoint: $checkpoint, name: $name) { run { ...RunItem } }
}
${RUN_ITEM}`),
);

export const PAUSE_TRAINING = operation(graphql(/* GraphQL */ `mutation PauseTraining($runId: ID!) {
  pauseTraining(runId: $runId) { run { ...RunItem } }
}
${RUN_ITEM}`));

export const RESUME_TRAINING = operation(
  graphql(/* GraphQL */ `mutation ResumeTraining($runId: ID!, $epochs: Int) {
  resumeTraining(runId: $runId, epochs: $epochs) { run { ...RunItem } }
}
${RUN_ITEM}`),
);

export const CANCEL_TRAINING = operation(
  graphql(/* GraphQL */ `mutation CancelTraining($runId: ID!) {
  cancelTraining(runId: $runId) { run { ...RunItem } }
}
${RUN_ITEM}`),
);

export const DELETE_RUN = operation(graphql(/* GraphQL */ `mutation DeleteRun($runId: ID!) {
  deleteRun(runId: $runId) { deletedRunId }
}`));

export const RUN_STATES_FEED = operation(graphql(/* GraphQL */ `subscription RunStates {
  runStates { ...RunItem }
}
${RUN_ITEM}`));

export const EPOCHS_FEED = operation(
  graphql(/* GraphQL */ `subscription Epochs($runId: ID!, $afterEpoch: Int!) {
  epochs(runId: $runId, afterEpoch: $afterEpoch) {
    number
    trainAcc
    trainLoss
    testAcc
    testLoss
    validationAcc
    validationLoss
    learningRate
    seconds
  }
}`),
);

export const BATCHES_FEED = operation(
  graphql(/* GraphQL */ `subscription Batches($runId: ID!, $afterStep: Int!, $every: Int!) {
  batches(runId: $runId, afterStep: $afterStep, every: $every) { epoch step loss acc }
}`),
);

export const EVENTS_FEED = operation(
  graphql(/* GraphQL */ `subscription RunEvents($runId: ID!, $afterSeq: Int!) {
  runEvents(runId: $runId, afterSeq: $afterSeq, excludeTypes: [BATCHES, EPOCH, SYSTEM]) {
    __typename
    seq
    at
    text
    level
  }
}`),
);
