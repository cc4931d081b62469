/** enum Recipe */
import type { Recipe as RecipeName } from "../../ml/spec/presets.ts";
import { builder } from "../base/builder.ts";

const values = {
  BASIC_CNN: {
    description: "Two convolutions with 3 x 3 kernels, two fully connected layers; 121,930 " +
      "parameters. SGD.",
  },
  DROPOUT_CNN: {
    description: "Two convolutions with 3 x 3 kernels, dropout, two fully connected layers; " +
      "1,199,882 parameters. SGD with momentum.",
  },
  WIDE_KERNEL_CNN: {
    description: "Two convolutions with 5 x 5 kernels, two fully connected layers; 317,066 " +
      "parameters. Adam.",
  },
} as const satisfies Record<RecipeName, unknown>;

export const Recipe = builder.enumType("Recipe", {
  description: "Built-in recipe: a network with default training settings.",
  values,
});
