/** Query.webhooks */
import { builder } from "../../schema/base/builder.ts";
import { Webhook } from "../../schema/webhook/webhook.ts";

builder.queryField("webhooks", (t) =>
  t.field({
    type: [Webhook],
    description:
      "All webhooks, the oldest first. Addresses may hold secrets of their receivers: the scope is ADMIN.",
    authScopes: { admin: true },
    resolve: async (_root, _args, { store }) => [...await store.webhooks.list()],
  }));
