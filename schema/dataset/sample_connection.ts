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
    description: "Page of samples, in the dataset's order.",
    fields: (t) => ({
      picture: t.field({
        type: Picture,
        description: "Picture of the page's samples with labels, ten per row.",
        complexity: COST.picture,
        args: {
          theme: t.arg({
            type: Theme,
            defaultValue: "light",
            description: "Colour theme.",
          }),
        },
        resolve: async ({ edges }, { theme }) => {
          const samples = (await Array.fromAsync(await edges)).map((edge) => edge.node);
          return drawSamples(samples, "first", theme ?? "light");
        },
      }),
    }),
  },
  { name: "SampleEdge", description: "Sample with its cursor." },
);
