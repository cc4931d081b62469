/**
 * A fake worker for tests of the page: it logs a training to the real store as fast as a test can follow,
 * and stops on request.
 */
import type { EpochEvent } from "../../ml/training/events.ts";
import { stepsPerEpoch } from "../../ml/spec/spec.ts";
import { epochsOf } from "../../runs/log/snapshot.ts";
import type { RunEventBody } from "../../runs/log/event.ts";
import type { RunState } from "../../runs/log/state.ts";
import { delay } from "../../lib/delay.ts";
import type { Claim, RunStore } from "../../runs/store/store.ts";
import { checkpoint, logLine, started } from "./written_run.ts";

/** A running worker. */
export interface FakeWorker {
  /**
   * Pauses the training until go(), at once or when it has logged this many epochs. Resolves when a training has
   * stopped.
   */
  hold(epochs?: number): Promise<void>;
  go(): void;
  stop(): Promise<void>;
}

const TICK_MS = 25;
/** Few: pages draw each tick, and a test that looks at a moment of a training holds it there. */
const TICKS_PER_EPOCH = 4;
const HEARTBEAT_MS = 3000;
/** Longer than a test holds the training, on a busy machine too: nothing renews it. */
const LEASE_MS = 15 * 60_000;
/** The name of a run that fails in its first epoch, until it is resumed. */
export const FAILS_ONCE = "fails once";
/** The name of a run whose loss is no number in its first epoch. */
export const DIVERGES = "diverges";
/** The name of a run with a warning in its first epoch. */
export const HAS_TROUBLE = "has trouble";
/** The name of a run that ends at chance level. */
export const LEARNS_NOTHING = "learns nothing";
/** The name of a run on a GPU. */
export const ON_GPU = "on a GPU";

const DEVICE = "CPU (a made-up one, 2 threads)";

/** Waits while a training that has logged so many epochs is held. */
type Pass = (epochs: number) => Promise<void>;

/** Starts a worker. */
export function startFakeWorker(store: RunStore): FakeWorker {
  const stopping = new AbortController();
  const { signal } = stopping;
  let held:
    | { readonly epochs: number; readonly halted: () => void; readonly gone: Promise<void> }
    | undefined;
  let go = () => {};
  const pass = async (epochs: number) => {
    while (held && epochs >= held.epochs) {
      held.halted();
      await held.gone;
    }
  };
  const working = work(store, pass, signal);
  return {
    hold(epochs = 0) {
      go();
      const halt = Promise.withResolvers<void>();
      const start = Promise.withResolvers<void>();
      held = { epochs, halted: halt.resolve, gone: start.promise };
      go = () => {
        held = undefined;
        start.resolve();
      };
      return halt.promise;
    },
    go: () => go(),
    async stop() {
      go();
      stopping.abort();
      await working;
    },
  };
}

async function work(store: RunStore, pass: Pass, signal: AbortSignal): Promise<void> {
  const worker = "made-up";
  const startedAt = new Date().toISOString();
  const announce = () =>
    store.registerWorker({
      id: worker,
      host: "localhost",
      pid: Deno.pid,
      version: "0",
      runId: null,
      startedAt,
      devices: [
        { kind: "CPU", name: DEVICE, available: true },
        { kind: "CUDA", name: "CUDA", available: false, reason: "No NVIDIA GPU was found." },
      ],
    });
  await announce();
  const heartbeat = setInterval(announce, HEARTBEAT_MS);
  while (!signal.aborted) {
    const mark = store.mark();
    const claim = await store.claim({ worker, leaseMs: LEASE_MS, devices: ["AUTO", "CPU"] });
    if (claim) await train(store, claim, pass, signal);
    else await store.wait(mark, signal);
  }
  clearInterval(heartbeat);
  await store.deregisterWorker(worker);
}

async function train(
  store: RunStore,
  claim: Claim,
  pass: Pass,
  signal: AbortSignal,
): Promise<void> {
  const { name, spec, snapshot } = claim.run;
  const perEpoch = stepsPerEpoch(spec);
  const epochs = epochsOf(claim.run);
  let { step } = snapshot;
  let state: RunState = snapshot.state;
  let number = 0;
  const append = async (...events: RunEventBody[]) => {
    state = (await store.append(claim, ++number, events)).snapshot.state;
  };

  await append(
    { ...started(spec), device: DEVICE, engine: "Nothing 1.0", steps: perEpoch * epochs },
    logLine("This training is made up."),
  );
  const chunk = Math.ceil(perEpoch / TICKS_PER_EPOCH);
  for (let epoch = (snapshot.lastEpoch?.number ?? 0) + 1; epoch <= epochs; epoch++) {
    while (step < epoch * perEpoch) {
      await pass(epoch - 1);
      await delay(TICK_MS);
      if (signal.aborted) {
        return await append({
          type: "interrupted",
          reason: "The test has ended.",
          crashed: false,
        });
      }
      if (state === "CANCELLING") return await append({ type: "cancelled" });
      if (state === "PAUSING") {
        const events: RunEventBody[] = step > 0
          ? [{ ...checkpoint(epoch, step, "pause"), bytes: 492_000 }]
          : [];
        return await append(...events, { type: "paused", reason: null });
      }
      const count = Math.min(chunk, epoch * perEpoch - step);
      await append(batches(epoch, step + 1, count, perEpoch));
      step += count;
      if (name === FAILS_ONCE && snapshot.attempts === 1) {
        return await append({ type: "failed", error: "It was made to fail." });
      }
      if (name === DIVERGES) {
        const error = "Training diverged: the loss is not a finite number at step 4; " +
          "lower learningRate (got 100).";
        return await append({ type: "failed", error });
      }
    }
    if (name === HAS_TROUBLE && epoch === 1) await append(...TROUBLE);
    const metrics = epochAt(epoch, spec.learningRate, spec.seed);
    await append(
      systemAt(epoch, name === ON_GPU),
      name === LEARNS_NOTHING ? atChance(metrics) : metrics,
    );
  }
  await append({ type: "completed" });
}

/** Steps whose metrics fall and rise as those of a real training do. */
function batches(
  epoch: number,
  firstStep: number,
  count: number,
  perEpoch: number,
): RunEventBody {
  const steps = Array.from({ length: count }, (_, index) => firstStep + index);
  const at = (step: number) => step / perEpoch;
  const noise = (step: number) => Math.sin(step * 12.9898) * Math.sin(step * 4.1414);
  return {
    type: "batches",
    epoch,
    firstStep,
    losses: steps.map((step) =>
      Math.fround(0.07 + 2.2 * Math.exp(-at(step) / 0.25) + 0.06 * noise(step) ** 2)
    ),
    accs: steps.map((step) =>
      Math.fround(
        Math.min(1, Math.max(0, 0.98 - 0.88 * Math.exp(-at(step) / 0.2) + 0.03 * noise(step))),
      )
    ),
    samplesPerSecond: 8014.2,
  };
}

/** A problem, and its end. */
const TROUBLE: readonly RunEventBody[] = [
  logLine("The checkpoint of step 1 cannot be used.", "warning"),
  logLine("The disk is full. The training waits until then.", "error"),
  logLine("Training continues."),
];

/** Makes a sample of the machine whose numbers identify it. */
function systemAt(epoch: number, onGpu: boolean): RunEventBody {
  return {
    type: "system",
    cpuCores: 1 + epoch / 10,
    memoryBytes: 600e6 + epoch * 1e6,
    samplesPerSecond: 8000 + epoch,
    gpu: onGpu ? { utilization: 0.5 + epoch / 100, memoryBytes: epoch * 1e9 } : null,
  };
}

/** The metrics of a network that takes all samples of ten classes for the first. */
function atChance(metrics: EpochEvent): EpochEvent {
  const confusion = Array.from({ length: 10 }, () => [1000, ...Array<number>(9).fill(0)]);
  return { ...metrics, trainAcc: 0.1, trainLoss: 2.4, testAcc: 0.1, testLoss: 2.3026, confusion };
}

function epochAt(number: number, learningRate: number, seed: number): EpochEvent {
  // Seeds and learning rates must show, for runs side by side.
  const luck = (seed % 7) / 1000 - Math.abs(Math.log10(learningRate / 0.01)) / 50;
  return {
    type: "epoch",
    number,
    trainAcc: 0.985 + luck - 0.2 * Math.exp(-(number - 1) / 0.8),
    trainLoss: 0.06 - luck + 0.68 * Math.exp(-(number - 1) / 0.8),
    testAcc: 0.984 + luck - 0.07 * Math.exp(-(number - 1) / 1.1),
    testLoss: 0.055 - luck + 0.23 * Math.exp(-(number - 1) / 1.1),
    learningRate,
    seconds: 4.7,
  };
}
