/** Mutation.nameCheckpoint */
import { looksLikeFile, MAX_CHECKPOINT_NAME_LENGTH } from "../../runs/log/checkpoint_name.ts";
import { NoSuchCheckpointError } from "../../runs/store/store.ts";
import { builder } from "../../schema/base/builder.ts";
import { checkpointArgs } from "../../schema/checkpoint/checkpoint_args.ts";
import { chosen, noCheckpoint } from "../../schema/checkpoint/checkpoint_choice.ts";
import { COST } from "../../schema/base/cost.ts";
import { badInput, notFound } from "../../schema/base/errors.ts";
import { noSuchRun, runId } from "../../schema/base/global_id.ts";
import { intBetween, line } from "../../schema/base/validators.ts";
import { RunPayload } from "../../schema/run/run_payload.ts";

const purpose = "name a checkpoint";

const nameRule = line(purpose, "name", MAX_CHECKPOINT_NAME_LENGTH).refine(
  (name) => !looksLikeFile(name.trim()),
  {
    error: ({ input }) =>
      `Cannot ${purpose}: name must not look like that of a checkpoint's file, got '${input}'.`,
  },
);

builder.mutationField("nameCheckpoint", (t) =>
  t.field({
    type: RunPayload,
    description:
      "Gives a checkpoint of a run a name, under which it is kept for good, or takes it off. The run may be in " +
      "any state. The newest checkpoint is meant unless another is named. To say the same again changes nothing.",
    authScopes: { write: true },
    complexity: COST.write,
    args: {
      runId: t.arg.id({ required: true, description: "The run's id." }).validate(runId(purpose)),
      name: t.arg.string({
        description:
          `What to call it, 1 to ${MAX_CHECKPOINT_NAME_LENGTH} characters, as no other checkpoint of the run; ` +
          "null takes its name off: it goes as newer ones come.",
        validate: nameRule,
      }),
      ...checkpointArgs(purpose),
      step: t.arg.int({
        description: "Which checkpoint: the one of this step, from 1.",
        validate: intBetween(purpose, "step", 1),
      }),
    },
    resolve: async (_root, { runId, name, ...choice }, { store }) => {
      if (name === undefined) {
        throw badInput(`Cannot ${purpose}: name must be given, or null to take it off.`, ["name"]);
      }
      const run = await store.get(runId);
      if (!run) throw noSuchRun(purpose, runId);
      const checkpoint = chosen(purpose, run, choice);
      if (!checkpoint) throw noCheckpoint(purpose, choice);
      const named = await store
        .nameCheckpoint(runId, { file: checkpoint.file, name: name?.trim() ?? null })
        .catch((error) => {
          // It has gone in this very moment.
          throw error instanceof NoSuchCheckpointError ? notFound(error.message) : error;
        });
      if (!named) throw noSuchRun(purpose, runId);
      return named;
    },
  }));
