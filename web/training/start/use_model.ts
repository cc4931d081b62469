/** Loads the summary of a recipe's network. */
import type { Recipe } from "../../../ml/spec/recipes.ts";
import { useAnswer } from "../../api/use_answer.ts";
import { MODEL_QUERY, type ModelSummary } from "../operations.ts";

/** @returns undefined until the server has answered */
export function useModel(recipe: Recipe): ModelSummary | undefined {
  const { data, isCurrent } = useAnswer(MODEL_QUERY, { recipe });
  return isCurrent ? data?.modelSummary : undefined;
}
