/** Query.workers */
import { builder } from "../../schema/base/builder.ts";
import { Worker } from "../../schema/worker/worker.ts";

builder.queryField("workers", (t) =>
  t.field({
    type: [Worker],
    description:
      "Running workers, the oldest first. A worker is dropped after 10 seconds without a heartbeat.",
    authScopes: { read: true },
    resolve: async (_root, _args, { store }) => [...await store.workers()],
  }));
