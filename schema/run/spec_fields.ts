/** Fields of Run about its spec: network, data and settings. */
import { AUGMENTATIONS } from "../../ml/augmentation/augmentations.ts";
import { toInput } from "../../ml/options/kinds.ts";
import { summarize } from "../../ml/network/summary.ts";
import { followsMetric, sampleRates } from "../../ml/schedules/rates.ts";
import { describeValue, NUMBER_FIELDS, SPEC_FIELDS } from "../../ml/spec/fields.ts";
import { runInputOf } from "../../ml/spec/run_input.ts";
import { ratePlan } from "../../ml/spec/spec.ts";
import type { StartFrom } from "../../ml/spec/start_from.ts";
import type { Run as StoredRun } from "../../runs/log/run.ts";
import { epochsOf } from "../../runs/log/snapshot.ts";
import { builder } from "../base/builder.ts";
import { globalId } from "../base/global_id.ts";
import { Json } from "../base/json.ts";
import { DEFAULT_RATES, RATES_ARGS, ratesComplexity } from "../metrics/learning_rates.ts";
import { ModelSummary } from "../network/model_summary.ts";
import { Recipe } from "../network/recipe_info.ts";
import { Device } from "../worker/device_info.ts";
import { Run } from "./run.ts";

/** The settings that are fields of a run by the same name; `epochs` are the trained ones, Progress has their number. */
const SPEC_NUMBERS = NUMBER_FIELDS.filter((field) => field !== "epochs");

const StartedFrom = builder.objectRef<StartFrom>("StartedFrom").implement({
  description: "Origin of a run's first weights: a checkpoint of a run, or a file.",
  fields: (t) => ({
    runId: t.id({
      nullable: true,
      description: "Run of the checkpoint, which may be deleted; null for a file.",
      resolve: (from) => from.kind === "checkpoint" ? globalId("Run", from.runId) : null,
    }),
    epoch: t.int({
      nullable: true,
      description: "Epoch of the checkpoint; 0 for the weights that its run began with.",
      resolve: (from) => from.kind === "checkpoint" ? from.epoch : null,
    }),
    step: t.int({
      nullable: true,
      description: "Step of the checkpoint; null for a file.",
      resolve: (from) => from.kind === "checkpoint" ? from.step : null,
    }),
    fileName: t.string({
      nullable: true,
      description: "Name of the uploaded file; null for a checkpoint.",
      resolve: (from) => from.kind === "file" ? from.fileName : null,
    }),
    sha256: t.exposeString("sha256", {
      description: "SHA-256 of the weights' file, in hexadecimal.",
    }),
  }),
});

builder.objectFields(Run, (t) => ({
  recipe: t.field({
    type: Recipe,
    nullable: true,
    description: "Recipe it was started with; null if its network is not of a recipe.",
    resolve: ({ spec }) => spec.recipe,
  }),
  networkName: t.string({
    description:
      "Name of its network: the recipe's, the preset's, or 'Network' for layers of its own.",
    resolve: ({ spec }) => spec.network.name,
  }),
  model: t.field({
    type: ModelSummary,
    description: "Its network, summarized.",
    resolve: ({ spec }) => summarize(spec.network),
  }),
  input: t.field({
    type: Json,
    description: "Input of `startTraining` that trains it again, with every setting but its name.",
    resolve: ({ id, spec }) => runInputOf(spec, globalId("Run", id)),
  }),
  startedFrom: t.field({
    type: StartedFrom,
    nullable: true,
    description: "Origin of its first weights; null if they were random.",
    resolve: ({ spec }) => spec.startFrom,
  }),
  augmentation: t.field({
    type: [Json],
    description: "Augmentation of its training samples, as `startTraining` takes it.",
    resolve: ({ spec }) => spec.augmentation.map((each) => toInput(AUGMENTATIONS, each)),
  }),
  dataset: t.string({
    description: "Dataset it is trained on.",
    resolve: ({ spec }) => spec.dataset,
  }),
  ...Object.fromEntries(SPEC_NUMBERS.map((field) => {
    const description = describeValue(field);
    const resolve = ({ spec }: StoredRun) => spec[field];
    const isInteger = SPEC_FIELDS[field].rule.kind === "integer";
    const type = isInteger ? t.int({ description, resolve }) : t.float({ description, resolve });
    return [field, type];
  })),
  learningRates: t.floatList({
    nullable: true,
    description:
      "Learning rates of all its steps, past and planned, at most `maxPoints` at even distances; those of the " +
      "first and the last step are always included. Null for a schedule that follows a metric: its `epochs` have " +
      "what it came to.",
    complexity: ratesComplexity,
    args: RATES_ARGS,
    resolve: (run, { maxPoints }) => {
      const plan = ratePlan({ ...run.spec, epochs: epochsOf(run) });
      return followsMetric(plan.schedule) ? null : sampleRates(plan, maxPoints ?? DEFAULT_RATES);
    },
  }),
  requestedDevice: t.field({
    type: Device,
    description: "Requested device.",
    resolve: ({ spec }) => spec.device,
  }),
}));
