/** Mutation.nameCheckpoint */
import { looksLikeFile, MAX_CHECKPOINT_NAME_LENGTH } from "../../runs/log/checkpoint_name.ts";
import { NoSuchCheckpointError } from "../../runs/log/errors.ts";
import { builder } from "../../schema/base/builder.ts";
import { checkpointArgs, chosen, noCheckpoint } from "../../schema/checkpoint/checkpoint_choice.ts";
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
      "Names a checkpoint, or removes its name. Named checkpoints are never pruned. The run may be in " +
      "any state. Default: the newest checkpoint. Idempotent.",
    authScopes: { write: true },
    complexity: COST.write,
    args: {
      runId: t.arg.id({ required: true, description: "ID of the run." }).validate(runId(purpose)),
      name: t.arg.string({
        description:
          `Name, 1 to ${MAX_CHECKPOINT_NAME_LENGTH} characters, unique in the run; null removes the name, so ` +
          "that the checkpoint may be pruned.",
        validate: nameRule,
      }),
      ...checkpointArgs(purpose),
      step: t.arg.int({
        description: "Checkpoint of this step, from 1.",
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
