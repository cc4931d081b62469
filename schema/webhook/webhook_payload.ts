/** type WebhookPayload, type WebhookSecretPayload, type DeleteWebhookPayload, type PingWebhookPayload */
import type { Webhook as StoredWebhook } from "../../runs/store/webhook_store.ts";
import type { PingResult } from "../../webhooks/service.ts";
import { builder } from "../base/builder.ts";
import { Webhook } from "./webhook.ts";

export const WebhookPayload = builder.objectRef<StoredWebhook>("WebhookPayload").implement({
  description: "Result of a mutation on a webhook.",
  fields: (t) => ({
    webhook: t.field({
      type: Webhook,
      description: "The webhook after the mutation.",
      resolve: (webhook) => webhook,
    }),
  }),
});

/** A webhook with its new secret. */
interface WithSecret {
  readonly webhook: StoredWebhook;
  readonly secret: string;
}

export const WebhookSecretPayload = builder.objectRef<WithSecret>("WebhookSecretPayload")
  .implement({
    description: "Result of a mutation that makes a secret.",
    fields: (t) => ({
      webhook: t.field({
        type: Webhook,
        description: "The webhook after the mutation.",
        resolve: ({ webhook }) => webhook,
      }),
      secret: t.exposeString("secret", {
        description:
          "Secret that signs the messages, as Standard Webhooks writes it: `whsec_` and base64. It is shown only here.",
      }),
    }),
  });

export const DeleteWebhookPayload = builder
  .objectRef<{ readonly webhookId: string }>("DeleteWebhookPayload").implement({
    description: "Result of deleteWebhook.",
    fields: (t) => ({
      deletedWebhookId: t.exposeID("webhookId", { description: "ID of the deleted webhook." }),
    }),
  });

export const PingWebhookPayload = builder.objectRef<PingResult>("PingWebhookPayload").implement({
  description: "Result of pingWebhook.",
  fields: (t) => ({
    delivered: t.boolean({
      description: "True if the receiver has answered with a status of 200 to 299.",
      resolve: ({ problem }) => problem === null,
    }),
    status: t.exposeInt("status", {
      nullable: true,
      description: "HTTP status of the answer; null without one.",
    }),
    problem: t.exposeString("problem", {
      nullable: true,
      description: "Reason why the message was not delivered; null if it was.",
    }),
    seconds: t.exposeFloat("seconds", { description: "Time until the answer, in seconds." }),
  }),
});
