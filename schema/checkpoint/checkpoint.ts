/** type Checkpoint */
import type { CheckpointInfo } from "../../runs/log/state.ts";
import { builder } from "../base/builder.ts";
import { CheckpointReason } from "./checkpoint_reason.ts";

export const Checkpoint = builder.objectRef<CheckpointInfo>("Checkpoint").implement({
  description:
    "A training as it was after a step: its weights and all else that is needed to go on from there, " +
    "in a safetensors file.",
  fields: (t) => ({
    file: t.exposeString("file", {
      description: "The name of its file, of which there is no other in the run.",
    }),
    name: t.string({
      nullable: true,
      description:
        "What people call it, of which there is no other in the run; null if nothing. One with a name is " +
        "kept for good, one without goes as newer ones come.",
      resolve: (checkpoint) => checkpoint.name,
    }),
    step: t.exposeInt("step", {
      description: "The last step that it holds, from 1, counted over the whole run.",
    }),
    epoch: t.exposeInt("epoch", { description: "The epoch of that step, from 1." }),
    testAcc: t.float({
      nullable: true,
      description:
        "Accuracy over the test set after the epoch, a fraction; null for one made within an epoch.",
      resolve: (checkpoint) => checkpoint.testAcc,
    }),
    bytes: t.exposeInt("bytes", { description: "The size of the file." }),
    sha256: t.exposeString("sha256", {
      description: "The SHA-256 of the whole file, hexadecimal.",
    }),
    reason: t.field({
      type: CheckpointReason,
      description: "Why it was made.",
      resolve: (checkpoint) => checkpoint.reason,
    }),
  }),
});
