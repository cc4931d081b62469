/** Fields of Dataset about its import; enum DatasetState, type ImportProblem */
import type { ImportProblem as Problem } from "../../data/imported/error.ts";
import { MAX_PROBLEMS } from "../../data/imported/manifest.ts";
import { builder } from "../base/builder.ts";
import { intBetween } from "../base/validators.ts";
import { Dataset } from "./dataset.ts";

const DEFAULT_PROBLEMS = 20;

const DatasetState = builder.enumType("DatasetState", {
  description: "State of a dataset. Only a ready one can be trained on.",
  values: {
    IMPORTING: { description: "The import waits or goes on." },
    READY: { description: "The dataset is complete." },
    FAILED: { description: "The import has failed: `problem` says why." },
    CANCELLED: { description: "The import was cancelled." },
  },
});

const ImportProblem = builder.objectRef<Problem>("ImportProblem").implement({
  description: "File, or row of a table, that was left out of a dataset.",
  fields: (t) => ({
    file: t.exposeString("file", { description: "Path of the file in its source." }),
    message: t.exposeString("message", { description: "Sentence that says why." }),
  }),
});

builder.objectFields(Dataset, (t) => ({
  state: t.field({
    type: DatasetState,
    description: "State of the dataset.",
    resolve: ({ state }) => state,
  }),
  imported: t.exposeInt("imported", { description: "Number of samples imported so far." }),
  total: t.exposeInt("total", {
    nullable: true,
    description: "Number of samples to import; null where it is not known yet.",
  }),
  problem: t.exposeString("problem", {
    nullable: true,
    description: "Sentence about why the import failed, or cannot go on now; null without one.",
  }),
  problems: t.field({
    type: [ImportProblem],
    description: `First files that were left out, and why. ${MAX_PROBLEMS} are kept.`,
    complexity: ({ first }) => ({ field: 1, multiplier: first ?? DEFAULT_PROBLEMS }),
    args: {
      first: t.arg.int({
        defaultValue: DEFAULT_PROBLEMS,
        description: `Maximum number of problems, 1 to ${MAX_PROBLEMS}.`,
        validate: intBetween("list problems", "first", 1, MAX_PROBLEMS).nullish(),
      }),
    },
    resolve: ({ problems }, { first }) => problems.slice(0, first ?? DEFAULT_PROBLEMS),
  }),
  problemCount: t.exposeInt("problemCount", {
    description: "Number of files that were left out.",
  }),
  createdAt: t.exposeString("createdAt", {
    description:
      "Time when the import was asked for, or a built-in dataset was published (RFC 3339).",
  }),
}));
