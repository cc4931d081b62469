/** type TrainingCheck, type Problem */
import { summarize } from "../../ml/network/summary.ts";
import { sampleRates, totalSteps } from "../../ml/schedules/rates.ts";
import { estimateMemory, totalMemory } from "../../ml/spec/memory.ts";
import type { SpecDraft } from "../../ml/spec/resolve.ts";
import { ratePlan } from "../../ml/spec/spec.ts";
import { builder } from "../base/builder.ts";
import { COST } from "../base/cost.ts";
import type { ArgumentProblem } from "../base/errors.ts";
import { intBetween } from "../base/validators.ts";
import { Picture, Theme } from "../base/picture.ts";
import { DEFAULT_RATES, RATES_ARGS, ratesComplexity } from "../metrics/learning_rates.ts";
import { drawAugmentedSamples } from "./augmented_samples.ts";
import { ModelSummary } from "../network/model_summary.ts";

const MAX_EPOCH = 10_000;

/** The result of checking an input: its problems, or what would be trained. */
export interface CheckedTraining {
  readonly problems: readonly ArgumentProblem[];
  readonly warnings: readonly ArgumentProblem[];
  /** Undefined if there are problems. */
  readonly draft: SpecDraft | undefined;
}

const Problem = builder.objectRef<ArgumentProblem>("Problem").implement({
  description: "Problem of an input, with the path to its value.",
  fields: (t) => ({
    path: t.stringList({
      description:
        'Path to the value: ["input", "network", "layers", "4", "conv2d", "kernelSize"].',
      resolve: ({ path }) => path.map(String),
    }),
    message: t.exposeString("message", { description: "A sentence that says what to change." }),
  }),
});

export const TrainingCheck = builder.objectRef<CheckedTraining>("TrainingCheck").implement({
  description: "Result of checking a training. With problems, the fields about it are null.",
  fields: (t) => ({
    ok: t.boolean({
      description: "True if startTraining would accept the input.",
      resolve: ({ draft }) => draft !== undefined,
    }),
    problems: t.field({
      type: [Problem],
      description: "Everything that is wrong with the input, with which startTraining refuses it.",
      resolve: ({ problems }) => problems,
    }),
    warnings: t.field({
      type: [Problem],
      description: "Settings that can be trained, but are probably not what was meant.",
      resolve: ({ warnings }) => warnings,
    }),
    model: t.field({
      type: ModelSummary,
      nullable: true,
      description: "Summary of the network.",
      complexity: COST.network,
      resolve: ({ draft }) => draft && summarize(draft.network),
    }),
    steps: t.int({
      nullable: true,
      description: "Number of steps of the whole training, unless it stops early.",
      resolve: ({ draft }) => draft && totalSteps(ratePlan(draft)),
    }),
    learningRates: t.floatList({
      nullable: true,
      description:
        "Learning rates of the steps, at most `maxPoints` at even distances; those of the first and the last " +
        "step are always included. For a plateau schedule, those of a metric that always improves.",
      complexity: ratesComplexity,
      args: RATES_ARGS,
      resolve: ({ draft }, { maxPoints }) =>
        draft && sampleRates(ratePlan(draft), maxPoints ?? DEFAULT_RATES),
    }),
    augmentedSamples: t.field({
      type: Picture,
      nullable: true,
      description:
        "Picture of ten training samples, above what the augmentation makes of them in an epoch. Without a " +
        "`seed` it is an example: the training draws a seed of its own. Null without augmentation.",
      complexity: COST.augmentation,
      args: {
        epoch: t.arg.int({
          defaultValue: 1,
          description: `Epoch, from 1 to ${MAX_EPOCH}.`,
          validate: intBetween("draw augmented samples", "epoch", 1, MAX_EPOCH),
        }),
        theme: t.arg({ type: Theme, defaultValue: "light", description: "Colour theme." }),
      },
      resolve: ({ draft }, { epoch, theme }, context) =>
        draft && draft.augmentation.length > 0
          ? drawAugmentedSamples(draft, { epoch: epoch ?? 1, theme: theme ?? "light" }, context)
          : null,
    }),
    memoryBytes: t.float({
      nullable: true,
      description:
        "Estimate of the memory that the training takes, in bytes: float32 parameters, their gradients and " +
        "the optimizer's state, the activations of one batch and both sets, without the engine itself.",
      complexity: COST.network,
      resolve: ({ draft }) => draft && totalMemory(estimateMemory(draft)),
    }),
  }),
});
