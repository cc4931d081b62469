/** Every GraphQL operation of `deno task runs`, with the type of its answer. */
import type { Recipe } from "../../ml/spec/presets.ts";
import type { Device, TrainingSpec } from "../../ml/spec/spec.ts";
import type { RunState } from "../../runs/log/state.ts";
import { type None, operation } from "../../web/api/operation.ts";

/** A run in a list. */
export interface RunItem {
  readonly id: string;
  readonly name: string;
  readonly state: RunState;
  readonly recipe: Recipe | null;
  readonly seed: number;
  readonly device: string | null;
  readonly createdAt: string;
  readonly error: string | null;
  readonly bestTestAcc: number | null;
  readonly progress: Progress;
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

/** A run with what is to be known to follow it. */
export interface FollowedRun extends RunItem, Omit<TrainingSpec, "recipe" | "device" | "epochs"> {
  readonly requestedDevice: Device;
  readonly lastSeq: number;
  readonly waitingFor: string | null;
  readonly epochs: readonly Epoch[];
}

/** A run with all that there is to show. */
export interface WholeRun extends FollowedRun {
  readonly engine: string | null;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  readonly attempts: number;
  readonly checkpoints: readonly Checkpoint[];
  readonly worker: Pick<Worker, "id" | "host" | "trouble"> | null;
  /** The newest, if there is one. */
  readonly systemMetrics: readonly SystemMetrics[];
  /** The last that matter. */
  readonly logs: readonly LogLine[];
}

/** What a training took of its machine. */
export interface SystemMetrics {
  readonly at: string;
  readonly cpuCores: number;
  readonly memoryBytes: number;
  readonly samplesPerSecond: number;
  readonly gpu: {
    /** A fraction. */
    readonly utilization: number | null;
    readonly memoryBytes: number | null;
  } | null;
}

/** What is to be read of a run. */
export interface LogLine {
  readonly at: string;
  readonly level: "INFO" | "WARNING" | "ERROR";
  readonly message: string;
}

/** An epoch's metrics. */
export interface Epoch {
  readonly seq: number;
  readonly at: string;
  readonly number: number;
  readonly trainAcc: number;
  readonly trainLoss: number;
  readonly testAcc: number;
  readonly testLoss: number;
  readonly learningRate: number;
  readonly seconds: number;
}

/** What a run can go on from. */
export interface Checkpoint {
  readonly file: string;
  readonly step: number;
  readonly epoch: number;
  readonly testAcc: number | null;
  readonly bytes: number;
  readonly name: string | null;
}

/** A process that trains. */
export interface Worker {
  readonly id: string;
  readonly host: string;
  readonly pid: number;
  readonly version: string;
  readonly startedAt: string;
  readonly seenAt: string;
  readonly devices: readonly { readonly name: string; readonly available: boolean }[];
  readonly run: { readonly id: string; readonly name: string } | null;
  readonly trouble: string | null;
}

/** A page of runs. */
interface Page<Node> {
  readonly nodes: readonly Node[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  readonly totalCount: number;
}

// Aliases and not interfaces: only those fit Record<string, unknown>.
type PageOf = {
  readonly first: number;
  readonly after: string | null;
  readonly state: RunState | null;
};
type OfRun = { readonly id: string };

const RUN_ITEM = /* GraphQL */ `fragment RunItem on Run {
  id
  name
  state
  recipe
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
  waitingFor
  epochs { seq at number trainAcc trainLoss testAcc testLoss learningRate seconds }
}
${RUN_ITEM}`;

export const LIST_RUNS = operation<{ runs: Page<RunItem> }, PageOf>(
  /* GraphQL */ `query Runs($first: Int!, $after: String, $state: RunState) {
  runs(first: $first, after: $after, state: $state) {
    nodes { ...RunItem }
    pageInfo { hasNextPage endCursor }
    totalCount
  }
}
${RUN_ITEM}`,
);

export const LIST_NAMES = operation<{ runs: Page<Pick<RunItem, "id" | "name">> }, PageOf>(
  /* GraphQL */ `query Names($first: Int!, $after: String, $state: RunState) {
  runs(first: $first, after: $after, state: $state) {
    nodes { id name }
    pageInfo { hasNextPage endCursor }
    totalCount
  }
}`,
);

export const READ_NAME = operation<{ run: Pick<RunItem, "id" | "name"> | null }, OfRun>(
  /* GraphQL */ `query Name($id: ID!) {
  run(id: $id) { id name }
}`,
);

export const READ_STATE = operation<
  {
    run: {
      readonly state: RunState;
      readonly error: string | null;
      readonly waitingFor: string | null;
    } | null;
  },
  OfRun
>(
  /* GraphQL */ `query State($id: ID!) {
  run(id: $id) { state error waitingFor }
}`,
);

export const READ_FOLLOWED = operation<{ run: FollowedRun | null }, OfRun>(
  /* GraphQL */ `query Followed($id: ID!) {
  run(id: $id) { ...FollowedRun }
}
${FOLLOWED_RUN}`,
);

export const READ_RUN = operation<{ run: WholeRun | null }, OfRun>(
  /* GraphQL */ `query Whole($id: ID!) {
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
${FOLLOWED_RUN}`,
);

export const LIST_WORKERS = operation<{ workers: readonly Worker[] }, None>(
  /* GraphQL */ `query Workers {
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
}`,
);

/** What a mutation on a run answers with. */
interface Changed {
  readonly changed: { readonly run: { readonly name: string; readonly state: RunState } };
}

export const PAUSE = operation<Changed, OfRun>(
  /* GraphQL */ `mutation Pause($id: ID!) {
  changed: pauseTraining(runId: $id) { run { name state } }
}`,
);

export const RESUME = operation<Changed, OfRun & { readonly epochs: number | null }>(
  /* GraphQL */ `mutation Resume($id: ID!, $epochs: Int) {
  changed: resumeTraining(runId: $id, epochs: $epochs) { run { name state } }
}`,
);

export const CANCEL = operation<Changed, OfRun>(
  /* GraphQL */ `mutation Cancel($id: ID!) {
  changed: cancelTraining(runId: $id) { run { name state } }
}`,
);

/** What is to be said of a run. An alias: only that fits Record<string, unknown>. */
export type UpdateRunInput = {
  readonly name?: string;
  readonly tags?: readonly string[];
  readonly note?: string;
};

export const UPDATE = operation<
  {
    readonly updateRun: {
      readonly run: {
        readonly name: string;
        readonly tags: readonly string[];
        readonly note: string | null;
      };
    };
  },
  OfRun & { readonly input: UpdateRunInput }
>(
  /* GraphQL */ `mutation Update($id: ID!, $input: UpdateRunInput!) {
  updateRun(runId: $id, input: $input) { run { name tags note } }
}`,
);

/** Which checkpoint is meant: the newest where nothing is said. An alias: only that fits Record<string, unknown>. */
export type CheckpointChoice = {
  readonly checkpoint?: string;
  readonly epoch?: number;
  readonly step?: number;
};

export const NAME_CHECKPOINT = operation<
  {
    readonly changed: {
      readonly run: { readonly checkpoints: readonly Pick<Checkpoint, "name" | "step">[] };
    };
  },
  OfRun & CheckpointChoice & { readonly name: string | null }
>(
  /* GraphQL */ `mutation NameCheckpoint(
  $id: ID!, $name: String, $checkpoint: String, $epoch: Int, $step: Int
) {
  changed: nameCheckpoint(
    runId: $id, name: $name, checkpoint: $checkpoint, epoch: $epoch, step: $step
  ) { run { checkpoints { name step } } }
}`,
);

export const DELETE = operation<{ deleteRun: { readonly deletedRunId: string } }, OfRun>(
  /* GraphQL */ `mutation Delete($id: ID!) {
  deleteRun(runId: $id) { deletedRunId }
}`,
);

/** An event as it comes: the fields of its type beside these. */
export interface EventItem {
  readonly __typename: string;
  readonly seq: number;
  readonly runId: string;
  readonly at: string;
}

export const FOLLOW_EVENTS = operation<
  { runEvents: EventItem },
  OfRun & { readonly afterSeq: number }
>(
  /* GraphQL */ `subscription Events($id: ID!, $afterSeq: Int!) {
  runEvents(runId: $id, afterSeq: $afterSeq) {
    __typename
    seq
    runId
    at
    ... on ClaimedEvent { worker attempt }
    ... on StartedEvent { device engine stepsPerEpoch steps parameters }
    ... on BatchesEvent { epoch firstStep losses accs samplesPerSecond }
    ... on Epoch { number trainAcc trainLoss testAcc testLoss learningRate seconds }
    ... on CheckpointEvent { checkpoint { file step epoch testAcc bytes sha256 reason } }
    ... on CheckpointRemovedEvent { file unusable }
    ... on CheckpointNamedEvent { file checkpointName }
    ... on PausedEvent { problem }
    ... on ResumeRequestedEvent { epochs }
    ... on InterruptedEvent { reason crashed }
    ... on FailedEvent { error }
    ... on RenamedEvent { name }
    ... on TaggedEvent { tags }
    ... on NotedEvent { note }
    ... on SystemEvent { cpuCores memoryBytes samplesPerSecond gpu { utilization memoryBytes } }
    ... on LogEvent { level message }
  }
}`,
);
