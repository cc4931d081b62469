/** enum Interpolation, enum Merge, enum Metric: the names that options allow. */
import type { NameOption } from "../../ml/options/option.ts";
import { builder } from "../base/builder.ts";

/** The enums of options. */
const ENUMS: Readonly<
  Record<
    string,
    { readonly description: string; readonly values: Readonly<Record<string, string>> }
  >
> = {
  Interpolation: {
    description: "Way to read an image between its pixels.",
    values: {
      NEAREST: "Value of the nearest pixel.",
      BILINEAR: "Weighted mean of the four pixels around.",
    },
  },
  Merge: {
    description: "Operation on the outputs of parallel branches.",
    values: {
      ADD: "Sum. The shapes must be equal.",
      CONCAT: "One after the other along the channels or features.",
      MULTIPLY: "Product. The shapes must be equal, or one has a single value a channel.",
    },
  },
  Metric: {
    description: "Metric of an epoch.",
    values: {
      TRAIN_LOSS: "Mean loss over the training samples of the epoch.",
      TRAIN_ACC: "Accuracy on the training samples of the epoch.",
      VALIDATION_LOSS: "Mean loss over the validation part.",
      VALIDATION_ACC: "Accuracy on the validation part.",
      TEST_LOSS: "Mean loss over the test set.",
      TEST_ACC: "Accuracy on the test set.",
    },
  },
};

const defined = new Map<string, ReturnType<typeof defineEnum>>();

/** Returns the enum of an option's names. */
export function nameEnum(option: NameOption): ReturnType<typeof defineEnum> {
  const known = defined.get(option.enumName);
  if (known) return known;
  const created = defineEnum(option);
  defined.set(option.enumName, created);
  return created;
}

function defineEnum({ enumName, names }: NameOption) {
  const described = ENUMS[enumName];
  return builder.enumType(enumName, {
    ...(described && { description: described.description }),
    values: Object.fromEntries(names.map((name) => {
      const description = described?.values[name];
      return [name, description === undefined ? {} : { description }];
    })),
  });
}
