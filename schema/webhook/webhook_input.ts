/** input CreateWebhookInput, input UpdateWebhookInput */
import { z } from "zod";
import { MAX_URL_LENGTH } from "../../webhooks/limits.ts";
import { builder } from "../base/builder.ts";
import { runId } from "../base/global_id.ts";
import { intBetween } from "../base/validators.ts";
import { WebhookEvent } from "./webhook_event.ts";

/** Completes 'Cannot …'. */
export const CREATE = "create a webhook";
export const UPDATE = "update a webhook";

function eventList(purpose: string) {
  return z.array(z.string()).min(1, {
    error: `Cannot ${purpose}: events must hold one event or more, got none.`,
  });
}

const URL_RULE =
  `Address of the receiver, https and public unless the server's setting EPOCHQL_WEBHOOK_ALLOW lists its host; at most ` +
  `${MAX_URL_LENGTH} characters.`;

export const CreateWebhookInput = builder.inputType("CreateWebhookInput", {
  description: "Webhook to create.",
  fields: (t) => ({
    url: t.string({ required: true, description: URL_RULE }),
    events: t.field({
      type: [WebhookEvent],
      description: "Events to deliver. Default: all.",
      validate: eventList(CREATE),
    }),
    runId: t.id({
      description:
        "ID of the only run whose events are delivered, from its first. The webhook is deleted with the run. Default: " +
        "those of all runs, from now on.",
    }).validate(runId(CREATE, "input.runId")),
    afterSeq: t.int({
      description: "With `runId`: only events after this `seq`. Default: 0, all of them.",
      validate: intBetween(CREATE, "input.afterSeq", 0),
    }),
  }),
});

export const UpdateWebhookInput = builder.inputType("UpdateWebhookInput", {
  description: "Changes to a webhook. Omitted fields stay unchanged.",
  fields: (t) => ({
    url: t.string({ description: URL_RULE }),
    events: t.field({
      type: [WebhookEvent],
      description: "Events to deliver.",
      validate: eventList(UPDATE),
    }),
    enabled: t.boolean({
      description:
        "False to deliver nothing, true to resume with the event at which it stopped: none is skipped.",
    }),
  }),
});
