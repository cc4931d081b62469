/** type Progress */
import { stepsPerEpoch } from "../../ml/spec/spec.ts";
import { epochsOf, totalEpochs } from "../../runs/log/snapshot.ts";
import { remainingSeconds } from "../../runs/log/pace.ts";
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
        "Estimated remaining time in seconds, from the means of the latest attempt's steps and tests; null while not " +
        "training, before the attempt's second report, and while the worker gives no sign of life.",
      resolve: async (run, _args, { store }) =>
        await isAbandonedNow(run, store) ? null : etaSeconds(run),
    }),
  }),
});

function stepsOf(run: Run): number {
  const { stoppedEarly, step, steps } = run.snapshot;
  return stoppedEarly ? step : steps ?? epochsOf(run) * stepsPerEpoch(run.spec);
}

/** Estimates the remaining seconds; null while they are unknown. */
function etaSeconds(run: Run): number | null {
  const { state, step, pace, lastEpoch } = run.snapshot;
  if (!isTraining(state)) return null;
  return remainingSeconds(pace, {
    steps: stepsOf(run) - step,
    tests: epochsOf(run) - (lastEpoch?.number ?? 0),
  });
}

/** Returns whether a run's worker is gone without a word, by now. */
async function isAbandonedNow(run: Run, store: RunStore): Promise<boolean> {
  if (!TRAINING_STATES.some((state) => state === run.snapshot.state)) return false;
  return isAbandoned(run, await coalesceReads(store).held());
}

function isTraining(state: RunState): boolean {
  return state === "RUNNING" || state === "PAUSING";
}
