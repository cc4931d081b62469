/** type Tag */
import type { TagCount } from "../../runs/store/store.ts";
import { builder } from "../base/builder.ts";

export const Tag = builder.objectRef<TagCount>("Tag").implement({
  description: "A word that people have put on runs.",
  fields: (t) => ({
    name: t.exposeString("name", { description: "The tag: what `runs(tag)` takes." }),
    runCount: t.exposeInt("runCount", { description: "How many runs have it." }),
  }),
});
