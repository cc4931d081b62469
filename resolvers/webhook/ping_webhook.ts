/** Mutation.pingWebhook */
import { builder } from "../../schema/base/builder.ts";
import { COST } from "../../schema/base/cost.ts";
import { noSuchWebhook, requireWebhooks } from "../../schema/webhook/require_webhooks.ts";
import { PingWebhookPayload } from "../../schema/webhook/webhook_payload.ts";

const purpose = "test a webhook";

builder.mutationField("pingWebhook", (t) =>
  t.field({
    type: PingWebhookPayload,
    description:
      "Sends a message of the type `webhook.ping` to a webhook, also if it is disabled, and returns the answer. It is " +
      "sent once, and changes nothing.",
    authScopes: { admin: true },
    complexity: COST.write,
    args: { webhookId: t.arg.id({ required: true, description: "ID of the webhook." }) },
    resolve: async (_root, { webhookId }, context) => {
      const result = await requireWebhooks(purpose, context).ping(webhookId);
      if (!result) throw noSuchWebhook(purpose, webhookId);
      return result;
    },
  }));
