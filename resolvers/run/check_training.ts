/** Query.checkTraining */
import { specWarnings } from "../../ml/spec/words/warnings.ts";
import { builder } from "../../schema/base/builder.ts";
import { COST } from "../../schema/base/cost.ts";
import type { ArgumentPath } from "../../schema/base/errors.ts";
import { readTrainingInput } from "../../schema/run/read_training_input.ts";
import { StartTrainingInput } from "../../schema/run/start_training_input.ts";
import { TrainingCheck } from "../../schema/run/training_check.ts";

builder.queryField("checkTraining", (t) =>
  t.field({
    type: TrainingCheck,
    description:
      "Checks the input of `startTraining` without starting anything: all of its problems at once, or what " +
      "would be trained.",
    authScopes: { read: true },
    complexity: COST.check,
    args: {
      input: t.arg({ type: StartTrainingInput, description: "Settings of the training." }),
    },
    resolve: async (_root, { input }, context) => {
      const read = await readTrainingInput(input, context);
      if (!read.ok) return { problems: read.problems, warnings: [], draft: undefined };
      const { draft } = read.input;
      const isWritten = Array.isArray(layersOf(input?.network));
      const warnings = specWarnings(draft).map(({ path, message }) => ({
        path: ["input", ...(isWritten ? path : NETWORK_PATH)],
        message,
      }));
      return { problems: [], warnings, draft };
    },
  }));

/** The path to a network whose layers are not in the input. */
const NETWORK_PATH: ArgumentPath = ["network"];

function layersOf(network: unknown): unknown {
  return (network as { readonly layers?: unknown } | null | undefined)?.layers;
}
