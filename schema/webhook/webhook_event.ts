/** enum WebhookEvent */
import type { AnnouncedType } from "../../runs/log/announced.ts";
import { builder } from "../base/builder.ts";

const VALUES = {
  STARTED: {
    value: "started",
    description: "`run.started`: training begins, or goes on after a pause or a crash.",
  },
  EPOCH: { value: "epoch", description: "`run.epoch`: an epoch was trained and tested." },
  PAUSED: {
    value: "paused",
    description: "`run.paused`: the run waits until a client resumes it.",
  },
  CANCELLED: { value: "cancelled", description: "`run.cancelled`: a client has ended the run." },
  FAILED: { value: "failed", description: "`run.failed`: an error has ended the run." },
  COMPLETED: { value: "completed", description: "`run.completed`: the last epoch was trained." },
} as const satisfies {
  readonly [Type in AnnouncedType as Uppercase<Type>]: {
    readonly value: Type;
    readonly description: string;
  };
};

export const WebhookEvent = builder.enumType("WebhookEvent", {
  description: "Event that webhooks deliver, each with the `type` of its message.",
  values: VALUES,
});
