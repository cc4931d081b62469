/**
 * A stand-in for the API, for tests of the page alone: the contract's names over runs that pretend to train,
 * a few steps each tick. Runs outlive the server, so that a test can stop one and start another.
 */
import { createSchema } from "graphql-yoga";

interface FakeEpoch {
  readonly number: number;
  readonly trainAcc: number;
  readonly trainLoss: number;
  readonly testAcc: number;
  readonly testLoss: number;
}

interface FakeBatch {
  readonly epoch: number;
  readonly step: number;
  readonly loss: number;
  readonly acc: number;
}

interface FakeRun {
  readonly id: string;
  readonly name: string;
  readonly recipe: string;
  readonly seed: number;
  readonly createdAt: string;
  readonly epochCount: number;
  readonly epochs: FakeEpoch[];
  readonly batches: FakeBatch[];
  state: "QUEUED" | "RUNNING" | "CANCELLED" | "COMPLETED";
}

/** Runs and the clock that trains them. */
export interface FakeRuns {
  readonly runs: FakeRun[];
  /** Resolves with the next tick. */
  tick(): Promise<void>;
  stop(): void;
}

const STEPS_PER_EPOCH = 50;
const TICK_MS = 25;

/** Starts the clock. Each run trains `stepsPerTick` steps a tick. */
export function fakeRuns(stepsPerTick = 2): FakeRuns {
  const runs: FakeRun[] = [];
  let waiting: (() => void)[] = [];
  const timer = setInterval(() => {
    for (const run of runs) {
      for (let step = 0; step < stepsPerTick; step++) train(run);
    }
    const woken = waiting;
    waiting = [];
    for (const wake of woken) wake();
  }, TICK_MS);
  return {
    runs,
    tick: () => new Promise((resolve) => waiting.push(resolve)),
    stop: () => clearInterval(timer),
  };
}

function train(run: FakeRun): void {
  if (run.state === "QUEUED") run.state = "RUNNING";
  if (run.state !== "RUNNING") return;
  const step = run.batches.length + 1;
  const at = step / STEPS_PER_EPOCH;
  const noise = Math.sin(step * 12.9898) * 0.5;
  const epoch = Math.ceil(at);
  run.batches.push({
    epoch,
    step,
    loss: 0.07 + 2.2 * Math.exp(-at / 0.6) + 0.06 * noise * noise,
    acc: Math.min(1, 0.98 - 0.88 * Math.exp(-at / 0.5) + 0.02 * noise),
  });
  if (step % STEPS_PER_EPOCH > 0) return;
  run.epochs.push({
    number: epoch,
    trainAcc: 0.985 - 0.2 * Math.exp(-(epoch - 1) / 0.8),
    trainLoss: 0.06 + 0.68 * Math.exp(-(epoch - 1) / 0.8),
    testAcc: 0.984 - 0.07 * Math.exp(-(epoch - 1) / 1.1),
    testLoss: 0.055 + 0.23 * Math.exp(-(epoch - 1) / 1.1),
  });
  if (epoch === run.epochCount) run.state = "COMPLETED";
}

const isOver = (run: FakeRun) => run.state === "CANCELLED" || run.state === "COMPLETED";

/** The schema over the runs. */
export function fakeSchema({ runs, tick }: FakeRuns) {
  const find = (id: string) => runs.find((run) => run.id === id);

  /** What `list` holds beyond `from`, then what it gets, until the run is over. */
  async function* follow<Item>(run: FakeRun, list: readonly Item[], from: number) {
    for (let next = from;; await tick()) {
      const over = isOver(run);
      for (; next < list.length; next++) yield list[next];
      if (over) return;
    }
  }

  async function* watchStates() {
    const told = new Map<string, string>();
    for (;; await tick()) {
      for (const run of runs) {
        if (told.get(run.id) === run.state || isOver(run) && !told.has(run.id)) continue;
        told.set(run.id, run.state);
        yield { runStates: show(run) };
      }
    }
  }

  return createSchema({
    typeDefs: /* GraphQL */ `
      enum Recipe { BASIC_CNN DROPOUT_CNN WIDE_KERNEL_CNN }
      enum Device { AUTO CUDA CPU WEBGPU }
      enum RunState { QUEUED RUNNING CANCELLING CANCELLED COMPLETED FAILED INTERRUPTED }
      type Query {
        run(id: ID!): Run
        runs(first: Int = 20): RunConnection!
        devices: [DeviceInfo!]!
      }
      type Mutation {
        startTraining(input: StartTrainingInput): RunPayload!
        cancelTraining(runId: ID!): RunPayload!
      }
      type Subscription {
        epochs(runId: ID, afterEpoch: Int = 0): Epoch!
        batches(runId: ID, afterStep: Int = 0, every: Int = 1): Batch!
        runStates: Run!
      }
      input StartTrainingInput {
        recipe: Recipe = BASIC_CNN
        epochs: Int
        batchSize: Int
        learningRate: Float
        seed: Int
        device: Device = AUTO
        trainSamples: Int
        idempotencyKey: String
      }
      type RunPayload { run: Run! }
      type RunConnection { nodes: [Run!]! }
      type Run {
        id: ID!
        name: String!
        state: RunState!
        recipe: Recipe
        seed: Int!
        device: String
        createdAt: String!
        error: String
        progress: Progress!
        epochs: [Epoch!]!
      }
      type Progress { epoch: Int! epochs: Int! step: Int! steps: Int! samplesPerSecond: Float etaSeconds: Float }
      type Epoch { number: Int! trainAcc: Float! trainLoss: Float! testAcc: Float! testLoss: Float! }
      type Batch { epoch: Int! step: Int! loss: Float! acc: Float! }
      type DeviceInfo { kind: Device! name: String! available: Boolean! reason: String }
    `,
    resolvers: {
      Query: {
        run: (_: unknown, { id }: { id: string }) => show(find(id)),
        runs: () => ({ nodes: runs.map(show).reverse() }),
        devices: () => [
          { kind: "CPU", name: "CPU (a fake one, 2 threads)", available: true },
          { kind: "CUDA", name: "CUDA", available: false, reason: "No NVIDIA GPU was found." },
        ],
      },
      Mutation: {
        startTraining(
          _: unknown,
          { input }: { input?: { recipe?: string; epochs?: number; seed?: number } },
        ) {
          const run: FakeRun = {
            id: `run-${runs.length + 1}`,
            name: `${input?.recipe ?? "BASIC_CNN"} ${runs.length + 1}`,
            recipe: input?.recipe ?? "BASIC_CNN",
            seed: input?.seed ?? 7,
            createdAt: new Date().toISOString(),
            epochCount: input?.epochs ?? 5,
            epochs: [],
            batches: [],
            state: "QUEUED",
          };
          runs.push(run);
          return { run: show(run) };
        },
        cancelTraining(_: unknown, { runId }: { runId: string }) {
          const run = find(runId);
          if (run && !isOver(run)) run.state = "CANCELLED";
          return { run: show(run) };
        },
      },
      Subscription: {
        epochs: {
          async *subscribe(
            _: unknown,
            { runId, afterEpoch }: { runId?: string; afterEpoch: number },
          ) {
            let run = runId ? find(runId) : runs.find((candidate) => !isOver(candidate));
            for (; !run; run = runs.find((candidate) => !isOver(candidate))) await tick();
            for await (const epochs of follow(run, run.epochs, afterEpoch)) yield { epochs };
          },
        },
        batches: {
          async *subscribe(
            _: unknown,
            { runId, afterStep, every }: { runId: string; afterStep: number; every: number },
          ) {
            const run = find(runId);
            if (!run) return;
            for await (const batches of follow(run, run.batches, afterStep)) {
              if (batches && batches.step % every === 0) yield { batches };
            }
          },
        },
        runStates: { subscribe: watchStates },
      },
    },
  });
}

function show(run: FakeRun | undefined) {
  if (!run) return null;
  const steps = run.epochCount * STEPS_PER_EPOCH;
  const step = run.batches.length;
  return {
    ...run,
    device: run.state === "QUEUED" ? null : "CPU (a fake one, 2 threads)",
    error: null,
    progress: {
      epoch: run.epochs.length,
      epochs: run.epochCount,
      step,
      steps,
      samplesPerSecond: step === 0 ? null : 8014.2,
      etaSeconds: step === 0 ? null : (steps - step) / 80,
    },
  };
}
