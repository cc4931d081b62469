/** Mutation.createWebhook */
import { ANNOUNCED_TYPES } from "../../runs/log/announced.ts";
import { builder } from "../../schema/base/builder.ts";
import { COST } from "../../schema/base/cost.ts";
import { badInput } from "../../schema/base/errors.ts";
import { noSuchRun } from "../../schema/base/global_id.ts";
import { checkUrl, requireWebhooks } from "../../schema/webhook/require_webhooks.ts";
import { CREATE, CreateWebhookInput } from "../../schema/webhook/webhook_input.ts";
import { WebhookSecretPayload } from "../../schema/webhook/webhook_payload.ts";
import { createSecret } from "../../webhooks/secret.ts";

builder.mutationField("createWebhook", (t) =>
  t.field({
    type: WebhookSecretPayload,
    description:
      "Creates a webhook: events of one run or of all are sent to an address, signed as Standard Webhooks describes it. " +
      "Not idempotent.",
    authScopes: { admin: true },
    complexity: COST.write,
    args: {
      input: t.arg({ type: CreateWebhookInput, required: true, description: "The webhook." }),
    },
    resolve: async (_root, { input }, context) => {
      const { store, viewer, maxWebhooks = Infinity } = context;
      const webhooks = requireWebhooks(CREATE, context);
      const { runId = null, events } = input;
      const afterSeq = input.afterSeq ?? 0;
      if (runId === null && afterSeq > 0) {
        throw badInput(
          `Cannot ${CREATE}: input.afterSeq must be left out without input.runId, got ${afterSeq}.`,
          ["input", "afterSeq"],
        );
      }
      const secret = createSecret();
      const webhook = await store.webhooks.create({
        url: await checkUrl(CREATE, webhooks, input.url),
        runId,
        events: [...new Set(events ?? ANNOUNCED_TYPES)],
        createdBy: viewer.name,
        secret,
        afterSeq,
        max: maxWebhooks,
      });
      if (!webhook) throw noSuchRun(CREATE, runId ?? "");
      webhooks.wake();
      return { webhook, secret };
    },
  }));
