/** Every GraphQL operation of `deno task webhooks`. */
import { type DataOf, graphql, operation, type VariablesIn } from "../../web/api/operation.ts";

/** A webhook in a list. */
export type WebhookItem = DataOf<typeof LIST_WEBHOOKS>["webhooks"][number];

/** An event that webhooks deliver. */
export type WebhookEvent = WebhookItem["events"][number];

/** Changes of a webhook. */
export type UpdateWebhookInput = VariablesIn<typeof UPDATE_WEBHOOK>["input"];

export const LIST_WEBHOOKS = operation(graphql(/* GraphQL */ `query Webhooks {
  webhooks {
    id
    url
    events
    state
    run { id name }
    pending
    delivered
    lastDeliveredAt
    failedAttempts
    failingSince
    lastError
    nextAttemptAt
    createdAt
    createdBy
  }
}`));

export const CREATE_WEBHOOK = operation(
  graphql(/* GraphQL */ `mutation CreateWebhook($input: CreateWebhookInput!) {
  createWebhook(input: $input) { secret webhook { id } }
}`),
);

export const UPDATE_WEBHOOK = operation(
  graphql(/* GraphQL */ `mutation UpdateWebhook($id: ID!, $input: UpdateWebhookInput!) {
  updateWebhook(webhookId: $id, input: $input) { webhook { id state } }
}`),
);

export const ROTATE_SECRET = operation(
  graphql(/* GraphQL */ `mutation RotateWebhookSecret($id: ID!) {
  rotateWebhookSecret(webhookId: $id) { secret }
}`),
);

export const DELETE_WEBHOOK = operation(
  graphql(/* GraphQL */ `mutation DeleteWebhook($id: ID!) {
  deleteWebhook(webhookId: $id) { deletedWebhookId }
}`),
);

export const PING_WEBHOOK = operation(
  graphql(/* GraphQL */ `mutation PingWebhook($id: ID!) {
  pingWebhook(webhookId: $id) { delivered status problem seconds }
}`),
);
