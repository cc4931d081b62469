/** type Checkpoint, enum CheckpointReason */
import type { CheckpointInfo, CheckpointReason as Reason } from "../../runs/log/snapshot.ts";
import { builder } from "../base/builder.ts";
import { globalId } from "../base/global_id.ts";

const REASONS = {
  INTERVAL: { value: "interval", description: "The checkpoint interval elapsed." },
  EPOCH: { value: "epoch", description: "An epoch was completed." },
  PAUSE: { value: "pause", description: "The run was paused." },
  STOP: { value: "stop", description: "The worker was stopped." },
} as const satisfies {
  readonly [Each in Reason as Uppercase<Each>]: {
    readonly value: Each;
    readonly description: string;
  };
};

export const CheckpointReason = builder.enumType("CheckpointReason", {
  description: "Reason for a checkpoint.",
  values: REASONS,
});

/** A checkpoint with the id of its run in the store. */
export type RunCheckpoint = CheckpointInfo & { readonly runId: string };

export const Checkpoint = builder.objectRef<RunCheckpoint>("Checkpoint").implement({
  description:
    "State of a training after a step, in a safetensors file: weights, optimizer state and position in the data.",
  fields: (t) => ({
    runId: t.id({
      description: "Id of the run. With `file` it identifies the checkpoint.",
      resolve: ({ runId }) => globalId("Run", runId),
    }),
    file: t.exposeString("file", {
      description: "File name, unique in the run.",
    }),
    name: t.string({
      nullable: true,
      description:
        "Name given by a user, unique in the run; null if unnamed. Named checkpoints are never pruned.",
      resolve: (checkpoint) => checkpoint.name,
    }),
    step: t.exposeInt("step", {
      description: "Number of the last completed step in the run, from 1.",
    }),
    epoch: t.exposeInt("epoch", { description: "Epoch of `step`, from 1." }),
    testAcc: t.float({
      nullable: true,
      description:
        "Accuracy on the test set at the end of the epoch, 0 to 1; null for a checkpoint made within an epoch.",
      resolve: (checkpoint) => checkpoint.testAcc,
    }),
    validationAcc: t.float({
      nullable: true,
      description:
        "Accuracy on the samples kept for validation at the end of the epoch, 0 to 1; null within an epoch and " +
        "without such samples.",
      resolve: ({ validationAcc }) => validationAcc,
    }),
    bytes: t.exposeInt("bytes", { description: "Size of the file in bytes." }),
    sha256: t.exposeString("sha256", {
      description: "SHA-256 of the file, in hexadecimal.",
    }),
    reason: t.field({
      type: CheckpointReason,
      description: "Reason why it was saved.",
      resolve: (checkpoint) => checkpoint.reason,
    }),
  }),
});
