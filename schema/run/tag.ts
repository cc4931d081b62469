/** type Tag */
import type { TagCount } from "../../runs/store/store.ts";
import { builder } from "../base/builder.ts";

export const Tag = builder.objectRef<TagCount>("Tag").implement({
  description: "Tag of one or more runs.",
  fields: (t) => ({
    name: t.exposeString("name", { description: "Text of the tag; pass it as `tag` of `runs`." }),
    runCount: t.exposeInt("runCount", { description: "Number of runs with this tag." }),
  }),
});
