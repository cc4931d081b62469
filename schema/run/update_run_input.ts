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
  description: "Changes to a run. Omitted fields stay unchanged.",
  fields: (t) => ({
    name: t.string({
      description: `Display name, 1 to ${name} characters.`,
      validate: line(purpose, "name", name),
    }),
    tags: t.stringList({
      description:
        `Tags that replace the current ones: at most ${tags}, each of 1 to ${tag} characters. An empty ` +
        "list removes all tags.",
      validate: tagList,
    }),
    note: t.string({
      description: `Note, up to ${note} characters. An empty string removes it.`,
      validate: text(purpose, "note", note),
    }),
  }),
});
