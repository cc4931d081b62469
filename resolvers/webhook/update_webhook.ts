/** Mutation.updateWebhook */
import { builder } from "../../schema/base/builder.ts";
import { COST } from "../../schema/base/cost.ts";
import { badInput } from "../../schema/base/errors.ts";
import { checkUrl, noSuchWebhook, requireWebhooks } from "../../schema/webhook/require_webhooks.ts";
import { UPDATE, UpdateWebhookInput } from "../../schema/webhook/webhook_input.ts";
import { WebhookPayload } from "../../schema/webhook/webhook_payload.ts";

builder.mutationField("updateWebhook", (t) =>
  t.field({
    type: WebhookPayload,
    description:
      "Changes a webhook's address or events, or disables or enables it. A failing one whose address changes, or that is " +
      "enabled again, is tried at once. Idempotent.",
    authScopes: { admin: true },
    complexity: COST.write,
    args: {
      webhookId: t.arg.id({ required: true, description: "ID of the webhook." }),
      input: t.arg({ type: UpdateWebhookInput, required: true, description: "Fields to change." }),
    },
    resolve: async (_root, { webhookId, input }, context) => {
      const webhooks = requireWebhooks(UPDATE, context);
      const { url, events, enabled } = input;
      if ((url ?? events ?? enabled ?? undefined) === undefined) {
        throw badInput(
          `Cannot ${UPDATE}: input must hold url, events or enabled, got none of them.`,
          ["input"],
        );
      }
      const webhook = await context.store.webhooks.update(webhookId, {
        url: typeof url === "string" ? await checkUrl(UPDATE, webhooks, url) : undefined,
        events: events ? [...new Set(events)] : undefined,
        isEnabled: enabled ?? undefined,
      });
      if (!webhook) throw noSuchWebhook(UPDATE, webhookId);
      webhooks.wake();
      return webhook;
    },
  }));
