/** What the tests of the schema share: small datasets, and a client that runs operations on a context. */
import { type ExecutionResult, graphql, type GraphQLFormattedError } from "graphql";
import { join } from "node:path";
import type { ImageDataset, Split } from "../../data/dataset.ts";
import type { CheckpointReason } from "../../runs/log/snapshot.ts";
import type { RunEventBody } from "../../runs/log/event.ts";
import type { RunStore } from "../../runs/store/store.ts";
import { openSqliteStore } from "../../runs/store/sqlite/store.ts";
import { LOCAL } from "../../schema/base/access.ts";
import type { ApiContext, Datasets } from "../../schema/base/context.ts";
import { createApiSchema } from "../../resolvers/api_schema.ts";
import { temporaryFolder } from "../../tools/processes.ts";

/** Sizes of the small datasets: enough for two pages of 20. */
export const SMALL: Readonly<Record<Split, number>> = { train: 50, test: 15 };

/** Datasets of 2 x 2 images: sample i of the training set has the label i % 10 and pixels that start with i. */
export const smallDatasets: Datasets = {
  open: (name, split) => Promise.resolve(smallDataset(name, split)),
};

function smallDataset(name: string, split: Split): ImageDataset {
  const count = SMALL[split];
  return {
    name,
    split,
    count,
    images: Uint8Array.from({ length: count * 4 }, (_, at) => at % 4 === 0 ? at / 4 : 100),
    labels: Uint8Array.from({ length: count }, (_, index) => index % 10),
    imageShape: [2, 2, 1],
    classes: ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
  };
}

/** What a worker says of a run of 2 epochs of 4 steps. */
export const STARTED: RunEventBody = {
  type: "started",
  device: "CPU (a test, 2 threads)",
  engine: "TensorFlow 2.21.0",
  stepsPerEpoch: 4,
  steps: 8,
  parameters: 121_930,
};

/** Consecutive steps of an epoch. */
export function batches(epoch: number, firstStep: number, count: number): RunEventBody {
  return {
    type: "batches",
    epoch,
    firstStep,
    losses: Array.from({ length: count }, () => 0.5),
    accs: Array.from({ length: count }, () => 0.75),
    samplesPerSecond: 100,
  };
}

/** A checkpoint after a step; at an epoch's end it knows the test accuracy. */
export function checkpoint(
  epoch: number,
  step: number,
  reason: CheckpointReason,
): RunEventBody {
  return {
    type: "checkpoint",
    epoch,
    step,
    file: `step-${step}.safetensors`,
    bytes: 500_000 + step,
    sha256: "0f".repeat(32),
    reason,
    testAcc: reason === "epoch" ? 0.6 + epoch / 10 : null,
  };
}

/** An epoch. */
export function epoch(number: number): RunEventBody {
  return {
    type: "epoch",
    number,
    trainAcc: 0.5 + number / 10,
    trainLoss: 1 / number,
    testAcc: 0.6 + number / 10,
    testLoss: 0.5 / number,
    learningRate: 0.01,
    seconds: 2,
  };
}

/** A store of its own, and a context on it. */
export interface NewStore {
  readonly store: RunStore;
  readonly context: ApiContext;
  /** The file of its database. */
  readonly place: string;
  /** Closes it and leaves nothing behind. */
  close(): Promise<void>;
}

/** Opens a new store. */
export async function openNewStore(): Promise<NewStore> {
  const folder = temporaryFolder();
  const place = join(folder.path, "runs.db");
  const store = await openSqliteStore(place);
  return {
    store,
    context: { viewer: LOCAL, store, datasets: smallDatasets, newSeed: () => 7 },
    place,
    async close() {
      await store.close();
      folder[Symbol.dispose]();
    },
  };
}

/** Runs an operation and gives its data; an error fails the test. */
export async function ask(
  context: ApiContext,
  source: string,
  variables: Readonly<Record<string, unknown>> = {},
  // What comes back has the shape that the operation asks for; the tests look at it.
  // deno-lint-ignore no-explicit-any
): Promise<any> {
  const result = await run(context, source, variables);
  if (result.errors) {
    throw new AggregateError(result.errors, JSON.stringify(result.errors, null, 2));
  }
  return plain(result.data);
}

/** Runs an operation that must fail and gives its only error as clients see it. */
export async function refuse(
  context: ApiContext,
  source: string,
  variables: Readonly<Record<string, unknown>> = {},
): Promise<Pick<GraphQLFormattedError, "message" | "extensions">> {
  const { errors } = await run(context, source, variables);
  if (errors?.length !== 1) {
    throw new Error(`There must be one error, got ${JSON.stringify(errors)}.`);
  }
  const { message, extensions } = JSON.parse(JSON.stringify(errors[0]));
  return { message, extensions };
}

function run(
  contextValue: ApiContext,
  source: string,
  variableValues: Readonly<Record<string, unknown>>,
): Promise<ExecutionResult> {
  return graphql({ schema: createApiSchema(), source, contextValue, variableValues });
}

/** As it comes out of JSON, where objects have a prototype. */
function plain(data: unknown): unknown {
  return JSON.parse(JSON.stringify(data));
}
