/** input StartTrainingInput */
import { z } from "zod";
import { DEFAULT_DATASET, describeDataset } from "../../data/catalog.ts";
import {
  describeField,
  NUMBER_FIELDS,
  type NumberField,
  SPEC_FIELDS,
} from "../../ml/spec/fields.ts";
import { DEFAULT_RECIPE } from "../../ml/spec/recipes.ts";
import { parseRequest, resolveSpec, type SpecDraft } from "../../ml/spec/resolve.ts";
import type { TrainingRequest } from "../../ml/spec/spec.ts";
import { DESCRIPTION_LIMITS, MAX_KEY_LENGTH } from "../../runs/log/description.ts";
import { builder } from "../base/builder.ts";
import { line } from "../base/validators.ts";
import { Recipe } from "../network/recipe_info.ts";
import { Device } from "../worker/device_info.ts";

const purpose = "train";

/** The input as clients send it. */
interface RawInput extends TrainingRequest {
  readonly name?: string | null;
  readonly idempotencyKey?: string | null;
}

/** The input as resolvers receive it: parsed, with every default but the seed. */
export interface TrainingInput {
  readonly name: string | undefined;
  readonly idempotencyKey: string | undefined;
  readonly draft: SpecDraft;
}

/** Parses the input. Of several problems the first is reported, with the path to its field. */
const trainingInput = z.custom<RawInput>().transform((input, context): TrainingInput => {
  const { name, idempotencyKey, ...request } = input;
  const parsed = parseRequest(request, describeDataset(request.dataset ?? DEFAULT_DATASET));
  if (parsed.ok) {
    return {
      name: name?.trim(),
      idempotencyKey: idempotencyKey ?? undefined,
      draft: parsed.draft,
    };
  }
  const [{ path, message }] = parsed.problems;
  context.addIssue({ code: "custom", message, path: [...path] });
  return z.NEVER;
});

export const StartTrainingInput = builder.inputType("StartTrainingInput", {
  description:
    "Settings of a training, all optional. The query 'recipes' lists the recipes' defaults.",
  fields: (t) => ({
    recipe: t.field({
      type: Recipe,
      defaultValue: DEFAULT_RECIPE,
      description: describeField("recipe"),
    }),
    name: t.string({
      description:
        `Display name, 1 to ${DESCRIPTION_LIMITS.name} characters. Default: recipe and seed.`,
      validate: line(purpose, "name", DESCRIPTION_LIMITS.name),
    }),
    device: t.field({
      type: Device,
      defaultValue: SPEC_FIELDS.device.default.of(),
      description: describeField("device"),
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
      validate: line(purpose, "idempotencyKey", MAX_KEY_LENGTH),
    }),
  }),
}).validate(trainingInput);

/** The input of a request that has none. */
export const DEFAULT_INPUT: TrainingInput = {
  name: undefined,
  idempotencyKey: undefined,
  draft: { ...resolveSpec({}, describeDataset(DEFAULT_DATASET)), seed: undefined },
};
