/** type Progress */
import { stepsPerEpoch } from "../../ml/spec/spec.ts";
import { epochsOf, type RunState } from "../../runs/log/state.ts";
import type { Run } from "../../runs/store/store.ts";
import { builder } from "../base/builder.ts";

export const Progress = builder.objectRef<Run>("Progress").implement({
  description: "How far a run is.",
  fields: (t) => ({
    epoch: t.int({
      description: "How many epochs are done.",
      resolve: ({ snapshot }) => snapshot.lastEpoch?.number ?? 0,
    }),
    epochs: t.int({
      description: "How many epochs were asked for.",
      resolve: epochsOf,
    }),
    step: t.int({
      description: "How many steps are done.",
      resolve: ({ snapshot }) => snapshot.step,
    }),
    steps: t.int({ description: "How many steps make the whole run.", resolve: stepsOf }),
    samplesPerSecond: t.float({
      nullable: true,
      description: "The speed of the last steps; null before the first.",
      resolve: ({ snapshot }) => snapshot.samplesPerSecond,
    }),
    etaSeconds: t.float({
      nullable: true,
      description:
        "How long training will take from here at that speed, without the tests after each " +
        "epoch; null while it is not training.",
      resolve: etaSeconds,
    }),
  }),
});

function stepsOf(run: Run): number {
  return run.snapshot.steps ?? epochsOf(run) * stepsPerEpoch(run.spec);
}

/** How long the rest will take at the pace of now; null while nobody knows. */
function etaSeconds(run: Run): number | null {
  const { spec, snapshot } = run;
  if (!isTraining(snapshot.state) || !snapshot.samplesPerSecond) return null;
  const perEpoch = snapshot.stepsPerEpoch ?? stepsPerEpoch(spec);
  // An epoch's last batch may be smaller, so that samples are counted and not steps.
  const samplesDone = Math.floor(snapshot.step / perEpoch) * spec.trainSamples +
    (snapshot.step % perEpoch) * spec.batchSize;
  return Math.max(0, epochsOf(run) * spec.trainSamples - samplesDone) / snapshot.samplesPerSecond;
}

function isTraining(state: RunState): boolean {
  return state === "RUNNING" || state === "PAUSING";
}
