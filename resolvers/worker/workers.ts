/** Query.workers */
import { builder } from "../../schema/base/builder.ts";
import { Worker } from "../../schema/worker/worker.ts";

builder.queryField("workers", (t) =>
  t.field({
    type: [Worker],
    description:
      "The workers that are running now, the longest running first. One that is not heard of for ten " +
      "seconds is not listed any more.",
    authScopes: { read: true },
    resolve: async (_root, _args, { store }) => [...await store.workers()],
  }));
