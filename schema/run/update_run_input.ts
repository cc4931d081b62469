/** input UpdateRunInput */
import { z } from "zod";
import { DESCRIPTION_LIMITS } from "../../runs/log/description.ts";
import { builder } from "../base/builder.ts";
import { line, text } from "../base/validators.ts";

const { name, note, tag, tags } = DESCRIPTION_LIMITS;
const purpose = "update a run";

const tagList = z.array(line(purpose, "each of tags", tag)).max(tags, {
  error: ({ input }) =>
    `Cannot ${purpose}: tags must be ${tags} at most, got ${(input as readonly unknown[]).length}.`,
});

export const UpdateRunInput = builder.inputType("UpdateRunInput", {
  description: "What is to be said of a run. What is left out stays as it is.",
  fields: (t) => ({
    name: t.string({
      description: `What to call it, 1 to ${name} characters.`,
      validate: line(purpose, "name", name),
    }),
    tags: t.stringList({
      description:
        `All the tags that it is to have, ${tags} at most, each of 1 to ${tag} characters; ` +
        "an empty list takes them off.",
      validate: tagList,
    }),
    note: t.string({
      description: `What to write on it, up to ${note} characters; an empty text takes it off.`,
      validate: text(purpose, "note", note),
    }),
  }),
});
