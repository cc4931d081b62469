/** type Progress */
import { samplesPerEpoch, stepsPerEpoch } from "../../ml/spec/spec.ts";
import { epochsOf, totalEpochs } from "../../runs/log/snapshot.ts";
import type { Run } from "../../runs/log/run.ts";
import type { RunState } from "../../runs/log/state.ts";
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
      description: "Current training speed in samples per second; null before the first step.",
      resolve: ({ snapshot }) => snapshot.samplesPerSecond,
    }),
    etaSeconds: t.float({
      nullable: true,
      description:
        "Estimated remaining training time in seconds, without the tests after each epoch; null while not training.",
      resolve: etaSeconds,
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

function isTraining(state: RunState): boolean {
  return state === "RUNNING" || state === "PAUSING";
}
