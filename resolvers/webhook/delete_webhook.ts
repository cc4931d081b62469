/** Mutation.deleteWebhook */
import { builder } from "../../schema/base/builder.ts";
import { COST } from "../../schema/base/cost.ts";
import { noSuchWebhook } from "../../schema/webhook/require_webhooks.ts";
import { DeleteWebhookPayload } from "../../schema/webhook/webhook_payload.ts";

builder.mutationField("deleteWebhook", (t) =>
  t.field({
    type: DeleteWebhookPayload,
    description: "Deletes a webhook. What it has not delivered is not sent any more.",
    authScopes: { admin: true },
    complexity: COST.write,
    args: { webhookId: t.arg.id({ required: true, description: "ID of the webhook." }) },
    resolve: async (_root, { webhookId }, { store }) => {
      if (!await store.webhooks.delete(webhookId)) {
        throw noSuchWebhook("delete a webhook", webhookId);
      }
      return { webhookId };
    },
  }));
