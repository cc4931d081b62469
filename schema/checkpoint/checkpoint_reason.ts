/** enum CheckpointReason */
import type { CheckpointReason as Reason } from "../../runs/log/event.ts";
import { builder } from "../base/builder.ts";

const values = {
  INTERVAL: { value: "interval", description: "It was time for one." },
  EPOCH: { value: "epoch", description: "An epoch was finished." },
  PAUSE: { value: "pause", description: "The run was paused." },
  STOP: { value: "stop", description: "The run's worker was stopped." },
} as const satisfies {
  readonly [Each in Reason as Uppercase<Each>]: {
    readonly value: Each;
    readonly description: string;
  };
};

export const CheckpointReason = builder.enumType("CheckpointReason", {
  description: "Why a checkpoint was made.",
  values,
});
