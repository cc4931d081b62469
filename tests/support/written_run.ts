/** Runs that tests write to a store instead of training them: four steps an epoch, the same numbers each time. */
import { fail } from "@std/assert";
import { stepsPerEpoch, type TrainingSpec } from "../../ml/spec/spec.ts";
import type { RunEventBody } from "../../runs/log/event.ts";
import type { Run } from "../../runs/log/run.ts";
import type { CheckpointReason } from "../../runs/log/snapshot.ts";
import type { Claim, RunStore } from "../../runs/store/store.ts";
import { aSpec } from "./fake_run.ts";

/** Spec of written runs: three epochs of four steps. */
export const SPEC: TrainingSpec = aSpec({ testSamples: 64 });

export const STEPS_PER_EPOCH = 4;

/** API id of a run that does not exist. */
export const MISSING_RUN = apiId("00000000-0000-0000-0000-000000000000");

/** A run under a worker's claim. */
export interface WrittenRun {
  /** Its id in the API. */
  readonly id: string;
  /** Its id in the store. */
  readonly key: string;
  readonly claim: Claim;
  append(...events: readonly RunEventBody[]): Promise<Run>;
  /** Appends the next epoch with its steps. */
  trainEpoch(): Promise<void>;
  complete(): Promise<void>;
}

/** Options of claimRun(). */
export interface ClaimRunOptions {
  /** API id of the run to claim; the oldest in the queue by default. */
  readonly id?: string;
  /** Appends `started`; true by default. */
  readonly started?: boolean;
}

/** Returns a run's id in the API. */
export function apiId(key: string): string {
  return btoa(`Run:${key}`);
}

/** Returns a run's id in the store. */
export function storeId(id: string): string {
  return atob(id).slice("Run:".length);
}

/** Adds a run to the queue. */
export async function createRun(store: RunStore, name = "a run"): Promise<Run> {
  return (await store.create({ name, spec: SPEC })).run;
}

/** Claims a run as a worker does. */
export async function claimRun(
  store: RunStore,
  { id, started: isStarted = true }: ClaimRunOptions = {},
): Promise<WrittenRun> {
  const runId = id === undefined ? {} : { runId: storeId(id) };
  const claim = await store.claim({ worker: "w1", leaseMs: 600_000, ...runId }) ??
    fail("There must be a run to claim.");
  let appends = 0;
  let epochs = claim.run.snapshot.lastEpoch?.number ?? 0;
  const append = (...events: readonly RunEventBody[]) => store.append(claim, ++appends, events);
  if (isStarted) await append(started(claim.run.spec));
  return {
    id: apiId(claim.run.id),
    key: claim.run.id,
    claim,
    append,
    async trainEpoch() {
      await append(...trainedEpoch(++epochs));
    },
    async complete() {
      await append({ type: "completed" });
    },
  };
}

/** Creates a run and claims it. */
export async function startRun(store: RunStore, name?: string): Promise<WrittenRun> {
  const { id } = await createRun(store, name);
  return await claimRun(store, { id: apiId(id) });
}

/** Returns the event with which a training starts. */
export function started(
  spec: TrainingSpec = SPEC,
): Extract<RunEventBody, { readonly type: "started" }> {
  const perEpoch = stepsPerEpoch(spec);
  return {
    type: "started",
    device: "CPU (a test, 2 threads)",
    engine: "None 1.0",
    stepsPerEpoch: perEpoch,
    steps: perEpoch * spec.epochs,
    parameters: 121_930,
  };
}

/** Returns consecutive steps of an epoch, whose metrics follow from the step. */
export function batches(
  epoch: number,
  firstStep: number,
  count: number = STEPS_PER_EPOCH,
): RunEventBody {
  const places = Array.from({ length: count }, (_, at) => (firstStep + at - 1) % STEPS_PER_EPOCH);
  return {
    type: "batches",
    epoch,
    firstStep,
    losses: places.map((place) => 2 - place / 2),
    accs: places.map((place) => (place + 1) / 4),
    samplesPerSecond: 8000,
  };
}

/** Returns the end of an epoch; its test accuracy follows from its number. */
export function epoch(number: number): Extract<RunEventBody, { readonly type: "epoch" }> {
  return {
    type: "epoch",
    number,
    trainAcc: 0.625,
    trainLoss: 1.25,
    testAcc: 0.9 + number / 100,
    testLoss: 0.25,
    learningRate: SPEC.learningRate,
    seconds: 1,
  };
}

/** Returns a whole epoch: its steps and its end. */
export function trainedEpoch(number: number): readonly RunEventBody[] {
  return [batches(number, (number - 1) * STEPS_PER_EPOCH + 1), epoch(number)];
}

/** Returns a checkpoint after a step; one at the end of an epoch has its test accuracy. */
export function checkpoint(
  epochNumber: number,
  step: number,
  reason: CheckpointReason = "epoch",
): Extract<RunEventBody, { readonly type: "checkpoint" }> {
  return {
    type: "checkpoint",
    epoch: epochNumber,
    step,
    file: `step-${step}.safetensors`,
    bytes: 500_000 + step,
    sha256: "0f".repeat(32),
    reason,
    testAcc: reason === "epoch" ? epoch(epochNumber).testAcc : null,
  };
}

/** Returns a line of the run's log. */
export function logLine<Level extends "info" | "warning" | "error" = "info">(
  message: string,
  level: Level = "info" as Level,
) {
  return { type: "log", level, message } as const;
}
