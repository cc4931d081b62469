/**
 * Every GraphQL operation of the Training panel, with the type of its answer. All of them are the public
 * API: what the panel does, any client can do.
 */
import type { Recipe } from "../../ml/presets.ts";
import type { Device } from "../../ml/spec.ts";
import type { EpochPoint } from "../../pictures/curves_option.ts";
import type { RunState } from "../../runs/state.ts";

/** An operation's text. The types of its variables and its answer are known to the compiler alone. */
export interface Operation<Data, Variables> {
  readonly query: string;
  readonly "~types"?: (variables: Variables) => Data;
}

/** A run in the list. */
export interface RunItem {
  readonly id: string;
  readonly name: string;
  readonly state: RunState;
  readonly recipe: Recipe | null;
  readonly seed: number;
  readonly device: string | null;
  readonly createdAt: string;
  readonly error: string | null;
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

/** A step of training. */
export interface Batch {
  readonly epoch: number;
  readonly step: number;
  readonly loss: number;
  readonly acc: number;
}

/** A device that the server has, or why it has not. */
export interface DeviceInfo {
  readonly kind: Device;
  readonly name: string;
  readonly available: boolean;
  readonly reason: string | null;
}

/** What the start form sends. What is left out is the recipe's default. */
export interface StartTrainingInput {
  readonly recipe: Recipe;
  readonly device: Device;
  readonly idempotencyKey: string;
  readonly epochs?: number;
  readonly batchSize?: number;
  readonly learningRate?: number;
  readonly seed?: number;
  readonly trainSamples?: number;
}

type None = Record<string, never>;

function operation<Data, Variables = None>(query: string): Operation<Data, Variables> {
  return { query };
}

const RUN_ITEM = /* GraphQL */ `fragment RunItem on Run {
  id
  name
  state
  recipe
  seed
  device
  createdAt
  error
  progress { epoch epochs step steps samplesPerSecond etaSeconds }
}`;

export const DEVICES_QUERY = operation<{ devices: readonly DeviceInfo[] }>(
  /* GraphQL */ `query Devices {
  devices { kind name available reason }
}`,
);

export const RUNS_QUERY = operation<{ runs: { nodes: readonly RunItem[] } }>(
  /* GraphQL */ `query Runs {
  runs(first: 50) { nodes { ...RunItem } }
}
${RUN_ITEM}`,
);

export const RUN_QUERY = operation<{ run: RunItem | null }, { id: string }>(
  /* GraphQL */ `query Run($id: ID!) {
  run(id: $id) { ...RunItem }
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

export const CANCEL_TRAINING = operation<{ cancelTraining: { run: RunItem } }, { runId: string }>(
  /* GraphQL */ `mutation CancelTraining($runId: ID!) {
  cancelTraining(runId: $runId) { run { ...RunItem } }
}
${RUN_ITEM}`,
);

export const RUN_STATES_FEED = operation<{ runStates: RunItem }>(
  /* GraphQL */ `subscription RunStates {
  runStates { ...RunItem }
}
${RUN_ITEM}`,
);

export const EPOCHS_FEED = operation<
  { epochs: EpochPoint },
  { runId: string; afterEpoch: number }
>(
  /* GraphQL */ `subscription Epochs($runId: ID!, $afterEpoch: Int!) {
  epochs(runId: $runId, afterEpoch: $afterEpoch) { number trainAcc trainLoss testAcc testLoss }
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
