/** Mutation.rotateWebhookSecret */
import { builder } from "../../schema/base/builder.ts";
import { COST } from "../../schema/base/cost.ts";
import { noSuchWebhook } from "../../schema/webhook/require_webhooks.ts";
import { WebhookSecretPayload } from "../../schema/webhook/webhook_payload.ts";
import { createSecret } from "../../webhooks/secret.ts";
import { OLD_SECRET_MS } from "../../webhooks/timeouts.ts";

builder.mutationField("rotateWebhookSecret", (t) =>
  t.field({
    type: WebhookSecretPayload,
    description:
      "Replaces the secret of a webhook. For 24 hours, messages are signed with the old one, too, so that receivers can " +
      "change over.",
    authScopes: { admin: true },
    complexity: COST.write,
    args: { webhookId: t.arg.id({ required: true, description: "ID of the webhook." }) },
    resolve: async (_root, { webhookId }, { store }) => {
      const secret = createSecret();
      const webhook = await store.webhooks.rotate(webhookId, secret, OLD_SECRET_MS);
      if (!webhook) throw noSuchWebhook("rotate a webhook's secret", webhookId);
      return { webhook, secret };
    },
  }));
