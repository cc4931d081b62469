/**
 * A worker that pretends to train, for tests of the page: the real store and the real API are told of a
 * training that learns as fast as a test can watch, and stops where a test wants to look.
 */
import type { EpochEvent } from "../../ml/event.ts";
import { stepsPerEpoch } from "../../ml/spec.ts";
import type { RunEventBody } from "../../runs/event.ts";
import type { Claim, RunStore } from "../../runs/store.ts";

/** A worker at work. */
export interface MadeUpWorker {
  /** Trains no further step until go(). Resolves when a training has come to a halt. */
  hold(): Promise<void>;
  go(): void;
  stop(): Promise<void>;
}

const TICK_MS = 25;
const HEARTBEAT_MS = 3000;
const DEVICE = "CPU (a made-up one, 2 threads)";

/**
 * Starts a worker.
 *
 * @param ticksPerEpoch how many ticks of 25 ms an epoch takes
 */
export function startMadeUpWorker(store: RunStore, ticksPerEpoch = 20): MadeUpWorker {
  const stopping = new AbortController();
  const { signal } = stopping;
  let held: { readonly halted: () => void; readonly gone: Promise<void> } | undefined;
  let go = () => {};
  const pass = async () => {
    held?.halted();
    await held?.gone;
  };
  const working = work(store, ticksPerEpoch, pass, signal);
  return {
    hold() {
      go();
      const halt = Promise.withResolvers<void>();
      const start = Promise.withResolvers<void>();
      held = { halted: halt.resolve, gone: start.promise };
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

async function work(
  store: RunStore,
  ticksPerEpoch: number,
  pass: () => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const worker = "made-up";
  const startedAt = new Date().toISOString();
  const announce = () =>
    store.announce({
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
    const claim = await store.claim({ worker, leaseMs: 60_000 });
    if (claim) await train(store, claim, ticksPerEpoch, pass, signal);
    else await store.wait(mark, signal);
  }
  clearInterval(heartbeat);
  await store.dismiss(worker);
}

async function train(
  store: RunStore,
  claim: Claim,
  ticksPerEpoch: number,
  pass: () => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const { spec } = claim.run;
  const perEpoch = stepsPerEpoch(spec);
  let number = 0;
  let cancelled = claim.run.snapshot.state === "CANCELLING";
  const append = async (...events: RunEventBody[]) => {
    const { snapshot } = await store.append(claim, ++number, events);
    cancelled = snapshot.state === "CANCELLING";
  };

  await append(
    {
      type: "started",
      device: DEVICE,
      engine: "Nothing 1.0",
      stepsPerEpoch: perEpoch,
      steps: perEpoch * spec.epochs,
      parameters: 121_930,
    },
    { type: "log", level: "info", message: "This training is made up." },
  );
  for (let epoch = 1; epoch <= spec.epochs; epoch++) {
    const chunk = Math.ceil(perEpoch / ticksPerEpoch);
    for (let done = 0; done < perEpoch; done += chunk) {
      await pass();
      await tick();
      if (signal.aborted) {
        return await append({
          type: "interrupted",
          reason: "The test is over.",
          crashed: false,
        });
      }
      if (cancelled) return await append({ type: "cancelled" });
      await append(batches(epoch, done, Math.min(chunk, perEpoch - done), perEpoch));
    }
    await append(epochAt(epoch, spec.learningRate, spec.seed));
  }
  await append({ type: "completed" });
}

function tick(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, TICK_MS));
}

/** Steps whose metrics fall and rise as those of a real training do. */
function batches(epoch: number, done: number, count: number, perEpoch: number): RunEventBody {
  const firstStep = (epoch - 1) * perEpoch + done + 1;
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
