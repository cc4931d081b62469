/** type SampleConnection, type SampleEdge */
import { builder } from "../base/builder.ts";
import { COST } from "../base/cost.ts";
import { drawSamples } from "./draw_samples.ts";
import { Picture } from "../base/picture.ts";
import { Sample } from "./sample.ts";
import { Theme } from "../base/theme.ts";

export const SampleConnection = builder.connectionObject(
  {
    type: Sample,
    name: "SampleConnection",
    description: "A page of samples, in the dataset's order.",
    fields: (t) => ({
      picture: t.field({
        type: Picture,
        description: "The page's samples with their labels, drawn ten in a row.",
        complexity: COST.picture,
        args: {
          theme: t.arg({
            type: Theme,
            defaultValue: "light",
            description: "The picture's colours.",
          }),
        },
        resolve: async ({ edges }, { theme }) => {
          const samples = (await Array.fromAsync(await edges)).map((edge) => edge.node);
          return drawSamples(samples, "first", theme ?? "light");
        },
      }),
    }),
  },
  { name: "SampleEdge", description: "A sample and its place in the dataset." },
);
