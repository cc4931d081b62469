/** type Progress */
import { samplesPerEpoch, stepsPerEpoch } from "../../ml/spec/spec.ts";
import { epochsOf, totalEpochs } from "../../runs/log/snapshot.ts";
import type { Run } from "../../runs/log/run.ts";
import { type RunState, TRAINING_STATES } from "../../runs/log/state.ts";
import { coalesceReads } from "../../runs/reading/coalesced_reads.ts";
import { isAbandoned } from "../../runs/store/placement.ts";
import type { RunStore } from "../../runs/store/store.ts";
import { builder } from "../base/builder.ts";

export const Progress = builder.objectRef<Run>("Progress").implement({
  description: "Progress of a run.",
  fields: (t) => ({
    epoch: t.int({
      description: "Number of completed epochs.",
      resolve: ({ snapshot }) => snapshot.lastEpoch?.number ?? 0,
    }),
    epochs: t.int({
      description:
        "Total number of epochs: those requested or, if early stopping ended the run, those trained.",
      resolve: totalEpochs,
    }),
    step: t.int({
      description: "Number of completed steps.",
      resolve: ({ snapshot }) => snapshot.step,
    }),
    steps: t.int({ description: "Total number of steps of the run.", resolve: stepsOf }),
    samplesPerSecond: t.float({
      nullable: true,
      description:
        "Current training speed in samples per second; null before the first step, and while the worker gives no " +
        "sign of life.",
      resolve: async (run, _args, { store }) =>
        await isAbandonedNow(run, store) ? null : run.snapshot.samplesPerSecond,
    }),
    etaSeconds: t.float({
      nullable: true,
      description:
        "Estimated remaining training time in seconds, without the tests after each epoch; null while not training, " +
        "and while the worker gives no sign of life.",
      resolve: async (run, _args, { store }) =>
        await isAbandonedNow(run, store) ? null : etaSeconds(run),
    }),
  }),
});

function stepsOf(run: Run): number {
  const { stoppedEarly, step, steps } = run.snapshot;
  return stoppedEarly ? step : steps ?? epochsOf(run) * stepsPerEpoch(run.spec);
}

/** Estimates the remaining seconds at the present pace; null while it is unknown. */
function etaSeconds(run: Run): number | null {
  const { spec, snapshot } = run;
  if (!isTraining(snapshot.state) || !snapshot.samplesPerSecond) return null;
  const perEpoch = snapshot.stepsPerEpoch ?? stepsPerEpoch(spec);
  // An epoch's last batch may be smaller, so that samples are counted and not steps.
  const samples = samplesPerEpoch(spec);
  const samplesDone = Math.floor(snapshot.step / perEpoch) * samples +
    (snapshot.step % perEpoch) * spec.batchSize;
  return Math.max(0, epochsOf(run) * samples - samplesDone) / snapshot.samplesPerSecond;
}

/** Returns whether a run's worker is gone without a word, by now. */
async function isAbandonedNow(run: Run, store: RunStore): Promise<boolean> {
  if (!TRAINING_STATES.some((state) => state === run.snapshot.state)) return false;
  return isAbandoned(run, await coalesceReads(store).held());
}

function isTraining(state: RunState): boolean {
  return state === "RUNNING" || state === "PAUSING";
}
