/** The settings of a training that is written as text: the fields of StartTrainingInput. */
import { type Problem, unknownProblem } from "../options/problem.ts";
import { CHOSEN_FIELDS } from "./fields.ts";
import { PARTS } from "./parts.ts";

/** The names of the settings that a text can have. */
export const INPUT_SETTINGS: readonly string[] = [
  "network",
  ...PARTS,
  "startFrom",
  ...CHOSEN_FIELDS,
  "name",
  "idempotencyKey",
];

/** Lists the problems of a text's settings that no parser of a request reports. */
export function settingProblems(input: object): readonly Problem[] {
  const problems = Object.keys(input).filter((name) => !INPUT_SETTINGS.includes(name))
    .map((name) => unknownProblem([name], "setting", name, INPUT_SETTINGS));
  const { network } = input as { readonly network?: unknown };
  if (typeof network === "object" && network !== null && "like" in network) {
    problems.push({
      path: ["network", "like"],
      message:
        "Cannot train with like: a file must have the layers themselves, as the API's run { input } has them.",
    });
  }
  return problems;
}
