/** input StartTrainingInput */
import { z } from "zod";
import { DEFAULT_DATASET } from "../../data/catalog.ts";
import {
  describeField,
  NUMBER_FIELDS,
  type NumberField,
  SPEC_FIELDS,
} from "../../ml/spec/fields.ts";
import { DEFAULT_RECIPE } from "../../ml/spec/recipes.ts";
import { DESCRIPTION_LIMITS, MAX_KEY_LENGTH } from "../../runs/log/description.ts";
import { builder } from "../base/builder.ts";
import { NetworkInput } from "../network/network_input.ts";
import { Recipe } from "../network/recipe_info.ts";
import { Device } from "../worker/device_info.ts";
import { Engine } from "../worker/engine.ts";
import { partFields } from "./part_input.ts";
import { StartFromInput } from "./start_from_input.ts";
import type { RawTrainingInput } from "./read_training_input.ts";

export const StartTrainingInput = builder.inputType("StartTrainingInput", {
  description:
    "Settings of a training, all optional. The query 'recipes' lists the recipes' defaults.",
  fields: (t) => ({
    recipe: t.field({
      type: Recipe,
      defaultValue: DEFAULT_RECIPE,
      description: describeField("recipe"),
    }),
    network: t.field({
      type: NetworkInput,
      description: "Network in place of the recipe's; then nothing else comes from a recipe.",
    }),
    ...partFields(t),
    startFrom: t.field({
      type: StartFromInput,
      description:
        "Weights to begin with. The optimizer begins anew. Default: random ones, by the seed.",
    }),
    dataset: t.string({
      defaultValue: DEFAULT_DATASET,
      description: describeField("dataset"),
    }),
    name: t.string({
      description:
        `Display name, 1 to ${DESCRIPTION_LIMITS.name} characters. Default: network and seed.`,
    }),
    device: t.field({
      type: Device,
      defaultValue: SPEC_FIELDS.device.default.of(),
      description: describeField("device"),
    }),
    engine: t.field({
      type: Engine,
      defaultValue: SPEC_FIELDS.engine.default.of(),
      description: describeField("engine"),
    }),
    ...Object.fromEntries(NUMBER_FIELDS.map((field) => {
      const description = describeField(field);
      const isInteger = SPEC_FIELDS[field].rule.kind === "integer";
      return [field, isInteger ? t.int({ description }) : t.float({ description })];
    })) as Record<NumberField, ReturnType<typeof t.float>>,
    idempotencyKey: t.string({
      description:
        `Key that identifies this request, 1 to ${MAX_KEY_LENGTH} characters. A repeated request with the ` +
        "same key and input returns the same run; another input with that key is an error. Default: none.",
    }),
  }),
  // Resolvers check the values: some of them depend on what is stored.
}).validate(z.custom<RawTrainingInput>());
