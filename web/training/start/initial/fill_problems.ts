/** Settings of a training in a text that the form cannot be filled in with: it has no field for them. */
import type { Problem } from "../../../../ml/options/problem.ts";
import { settingProblems } from "../../../../ml/spec/input_settings.ts";
import { fieldsOf } from "../../../../ml/spec/words/part_text.ts";
import { show } from "../../../../ml/options/problem.ts";
import type { ChosenDataset } from "../dataset/chosen_dataset.ts";
import { datasetOf } from "./initial_form.ts";

/** Lists the problems that filling in the form would hide, and that no parser of a request reports. */
export function fillProblems(
  settings: Readonly<Record<string, unknown>>,
  datasets: readonly ChosenDataset[],
): readonly Problem[] {
  const problems = [...settingProblems(settings)];
  const { startFrom, dataset } = settings;
  if (!datasetOf(settings, datasets)) {
    const message = `Cannot train with dataset ${show(dataset)}: there is none of that name.`;
    problems.push({ path: ["dataset"], message });
  }
  const { checkpoint, ...other } = fieldsOf(startFrom);
  const { runId, epoch: _, ...more } = fieldsOf(checkpoint);
  const isRun = typeof runId === "string" && Object.keys({ ...other, ...more }).length === 0;
  if (startFrom !== undefined && startFrom !== null && !isRun) {
    const message =
      "Cannot fill in startFrom: the form takes a checkpoint with its runId and epoch alone.";
    problems.push({ path: ["startFrom"], message });
  }
  return problems;
}
