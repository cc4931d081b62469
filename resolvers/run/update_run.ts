/** Mutation.updateRun */
import { builder } from "../../schema/base/builder.ts";
import { COST } from "../../schema/base/cost.ts";
import { badInput } from "../../schema/base/errors.ts";
import { noSuchRun, runId } from "../../schema/base/global_id.ts";
import { RunPayload } from "../../schema/run/run_payload.ts";
import { UpdateRunInput } from "../../schema/run/update_run_input.ts";

const purpose = "update a run";

builder.mutationField("updateRun", (t) =>
  t.field({
    type: RunPayload,
    description:
      "Changes a run's name, tags or note, in any state. Changes are recorded as events. Idempotent.",
    authScopes: { write: true },
    complexity: COST.write,
    args: {
      runId: t.arg.id({ required: true, description: "ID of the run." })
        .validate(runId(purpose)),
      input: t.arg({
        type: UpdateRunInput,
        required: true,
        description: "Fields to change.",
      }),
    },
    resolve: async (_root, { runId, input }, { store }) => {
      const name = input.name?.trim();
      const tags = input.tags?.map((tag) => tag.trim());
      const note = input.note?.trim();
      if (name === undefined && tags === undefined && note === undefined) {
        throw badInput(
          `Cannot ${purpose}: input must hold a name, tags or a note, got none of them.`,
          ["input"],
        );
      }
      const run = await store.describe(runId, {
        name,
        tags,
        note: note === "" ? null : note,
      });
      if (!run) throw noSuchRun(purpose, runId);
      return run;
    },
  }));
