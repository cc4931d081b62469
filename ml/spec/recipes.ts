/** The built-in recipes by the names that clients use. A recipe is one file in recipes/ and one line here. */
import { basicCnn } from "./recipes/basic_cnn.ts";
import { dropoutCnn } from "./recipes/dropout_cnn.ts";
import type { RecipeDefinition } from "./recipes/recipe.ts";
import { wideKernelCnn } from "./recipes/wide_kernel_cnn.ts";

/** The recipes by name, in the order in which they are listed. */
export const RECIPES = {
  BASIC_CNN: basicCnn,
  DROPOUT_CNN: dropoutCnn,
  WIDE_KERNEL_CNN: wideKernelCnn,
} satisfies Readonly<Record<string, RecipeDefinition>>;

/** The name of a recipe. */
export type Recipe = keyof typeof RECIPES;

/** The names of all recipes. */
export const RECIPE_NAMES = Object.keys(RECIPES) as readonly Recipe[];

/** The recipe of a training that names none. */
export const DEFAULT_RECIPE: Recipe = "BASIC_CNN";
