/** type Webhook, enum WebhookState */
import type { Webhook as StoredWebhook } from "../../runs/store/webhook_store.ts";
import { builder } from "../base/builder.ts";
import { COST } from "../base/cost.ts";
import { Run } from "../run/run.ts";
import { WebhookEvent } from "./webhook_event.ts";

const WebhookState = builder.enumType("WebhookState", {
  description: "State of a webhook.",
  values: {
    ACTIVE: { description: "Events are delivered." },
    FAILING: { description: "The last attempt failed; there will be another one." },
    DISABLED: {
      description:
        "Nothing is delivered: a client has disabled it, the receiver has answered 410 Gone, or all attempts of " +
        "five days have failed. `updateWebhook` enables it again.",
    },
  } as const,
});

export const Webhook = builder.objectRef<StoredWebhook>("Webhook").implement({
  description:
    "Address to which events of runs are sent, in order, each until it is delivered. Its secret is shown once, when " +
    "it is created.",
  fields: (t) => ({
    id: t.exposeID("id", { description: "ID of the webhook." }),
    url: t.exposeString("url", { description: "Address of the receiver." }),
    run: t.field({
      type: Run,
      nullable: true,
      description: "The only run whose events are delivered; null for those of all runs.",
      complexity: COST.lookup,
      resolve: async ({ runId }, _args, { store }) =>
        runId === null ? null : await store.get(runId) ?? null,
    }),
    events: t.field({
      type: [WebhookEvent],
      description: "Events that are delivered.",
      resolve: ({ events }) => events,
    }),
    state: t.field({
      type: WebhookState,
      description: "Whether events are delivered now.",
      resolve: ({ disabled, attempts }) =>
        disabled !== null ? "DISABLED" : attempts > 0 ? "FAILING" : "ACTIVE",
    }),
    pending: t.int({
      description: "Number of events that are still to be delivered.",
      complexity: COST.lookup,
      resolve: ({ id }, _args, { store }) => store.webhooks.pending(id),
    }),
    delivered: t.exposeInt("delivered", { description: "Number of events delivered so far." }),
    lastDeliveredAt: t.exposeString("lastDeliveredAt", {
      nullable: true,
      description: "Time of the last delivery, RFC 3339; null before the first.",
    }),
    lastAttemptAt: t.exposeString("lastAttemptAt", {
      nullable: true,
      description: "Time of the last attempt, RFC 3339; null before the first.",
    }),
    failedAttempts: t.int({
      description: "Failed attempts to deliver the next event.",
      resolve: ({ attempts }) => attempts,
    }),
    failingSince: t.exposeString("failingSince", {
      nullable: true,
      description: "Time of the first of these attempts, RFC 3339; null if there is none.",
    }),
    lastError: t.exposeString("lastError", {
      nullable: true,
      description: "Problem of the last of these attempts; null if there is none.",
    }),
    nextAttemptAt: t.exposeString("nextAttemptAt", {
      nullable: true,
      description: "Earliest time of the next attempt after a failure, RFC 3339; null without one.",
    }),
    createdAt: t.exposeString("createdAt", { description: "Time of its creation, RFC 3339." }),
    createdBy: t.exposeString("createdBy", {
      description: "Name of the token that created it; 'local' if the server requires none.",
    }),
  }),
});
