/** enum CheckpointReason */
import type { CheckpointReason as Reason } from "../../runs/log/event.ts";
import { builder } from "../base/builder.ts";

const values = {
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
  values,
});
