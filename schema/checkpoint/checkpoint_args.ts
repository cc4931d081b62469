/** The arguments by which a client says which checkpoint of a run it means, as checkpoint_choice.ts understands them. */
import { z } from "zod";
import { builder } from "../base/builder.ts";
import { intBetween } from "../base/validators.ts";

const nameRule = z.string().max(128, {
  error: ({ input }) =>
    "Cannot find the checkpoint: checkpoint must be a name of up to 128 characters, " +
    `got ${String(input).length}.`,
});

/** @param purpose completes 'Cannot …' */
export function checkpointArgs(purpose: string) {
  return builder.args((t) => ({
    checkpoint: t.string({
      description: "Checkpoint, by its `file` or `name`.",
      validate: nameRule,
    }),
    epoch: t.int({
      description: "Checkpoint at the end of this epoch, from 1.",
      validate: intBetween(purpose, "epoch", 1),
    }),
  }));
}
