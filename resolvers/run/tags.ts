/** Query.tags */
import { builder } from "../../schema/base/builder.ts";
import { perItem } from "../../schema/base/cost.ts";
import { intBetween } from "../../schema/base/validators.ts";
import { Tag } from "../../schema/run/tag.ts";

const MAX_TAGS = 1000;
const DEFAULT_TAGS = 100;

builder.queryField("tags", (t) =>
  t.field({
    type: [Tag],
    description: "Tags in use, most frequent first.",
    authScopes: { read: true },
    complexity: ({ first }) => perItem(first),
    args: {
      first: t.arg.int({
        defaultValue: DEFAULT_TAGS,
        description: `Maximum number of tags, 1 to ${MAX_TAGS}.`,
        validate: intBetween("list tags", "first", 1, MAX_TAGS),
      }),
    },
    resolve: async (_root, { first }, { store }) => [
      ...await store.tags({ first: first ?? DEFAULT_TAGS }),
    ],
  }));
