/** A run that is written by the bench itself, at its own pace: nothing is trained. */
import { resolveSpec } from "../../ml/spec.ts";
import { describeDataset } from "../../data/catalog.ts";
import type { RunEventBody } from "../../runs/event.ts";
import type { RunStore } from "../../runs/store.ts";
import { globalId } from "../../schema/global_id.ts";

/** A run to write. */
export interface WrittenRun {
  /** Its id in the API. */
  readonly id: string;
  /** Appends the next steps, as one event. @returns the last of them */
  append(steps: number): Promise<number>;
  /** Nothing more comes. */
  complete(): Promise<void>;
}

const LEASE_MS = 600_000;

export async function startRun(store: RunStore): Promise<WrittenRun> {
  const worker = crypto.randomUUID();
  const spec = resolveSpec({ seed: 1 }, describeDataset("mnist"));
  const { run } = await store.create({ name: "What a thousand watch", spec, worker });
  const claim = await store.claim({ worker, leaseMs: LEASE_MS, runId: run.id });
  if (!claim) throw new Error("Cannot claim the run that was just made.");
  let [number, step] = [0, 0];
  const append = (events: readonly RunEventBody[]) => store.append(claim, ++number, events);
  return {
    id: globalId("Run", run.id),
    async append(steps) {
      await append([group(step + 1, steps)]);
      return step += steps;
    },
    async complete() {
      await append([{ type: "completed" }]);
    },
  };
}

function group(firstStep: number, steps: number): RunEventBody {
  return {
    type: "batches",
    epoch: 1,
    firstStep,
    losses: Array.from({ length: steps }, (_, index) => Math.fround(1 / (firstStep + index))),
    accs: Array.from({ length: steps }, () => 0.5),
    samplesPerSecond: 12_000,
  };
}
