/** A run whose events the bench writes itself, without training. */
import { stepsPerEpoch, type TrainingSpec } from "../ml/spec/spec.ts";
import type { Run } from "../runs/log/run.ts";
import type { RunEventBody } from "../runs/log/event.ts";
import type { Claim, RunStore } from "../runs/store/store.ts";
import { globalId } from "../schema/base/global_id.ts";
import { benchSpec } from "./training/spec.ts";

/** A run to write. */
export interface WrittenRun {
  /** Its id in the API. */
  readonly id: string;
  readonly claim: Claim;
  /** Appends the next steps as a number of events, in one append. */
  train(steps: number, events?: number): Promise<Run>;
  append(...events: readonly RunEventBody[]): Promise<Run>;
  /** Ends the run. */
  complete(): Promise<Run>;
}

/** Options of a written run. */
export interface Writing {
  readonly name: string;
  /** Defaults to BASIC_CNN. */
  readonly spec?: TrainingSpec;
  readonly leaseMs?: number;
  /** Loss and accuracy of a step. Default: 1 / step, and half of the samples right. */
  readonly curve?: (step: number) => { readonly loss: number; readonly acc: number };
}

/** Lease that is longer than any bench. */
const LEASE_MS = 3_600_000;

/** Creates and claims a run. The worker has the run's name. */
export async function startRun(store: RunStore, writing: Writing): Promise<WrittenRun> {
  const { name, spec = benchSpec("BASIC_CNN"), leaseMs = LEASE_MS, curve = plain } = writing;
  const { run } = await store.create({ name, spec, worker: name });
  const claim = await store.claim({ worker: name, leaseMs, runId: run.id });
  if (!claim) throw new Error("Cannot claim the run that was just made.");
  const perEpoch = stepsPerEpoch(spec);
  let [number, step] = [0, 0];
  const append = (...events: readonly RunEventBody[]) => store.append(claim, ++number, events);
  return {
    id: globalId("Run", run.id),
    claim,
    train(steps, events = 1) {
      const made = Array.from({ length: events }, (_, index): RunEventBody => {
        const firstStep = step + index * steps + 1;
        const values = Array.from({ length: steps }, (_, at) => curve(firstStep + at));
        return {
          type: "batches",
          epoch: Math.ceil(firstStep / perEpoch),
          firstStep,
          losses: values.map(({ loss }) => Math.fround(loss)),
          accs: values.map(({ acc }) => Math.fround(acc)),
          samplesPerSecond: 12_000,
        };
      });
      step += steps * events;
      return append(...made);
    },
    append,
    complete: () => append({ type: "completed" }),
  };
}

function plain(step: number): { readonly loss: number; readonly acc: number } {
  return { loss: 1 / step, acc: 0.5 };
}
