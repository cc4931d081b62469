/** type Picture, enum Theme */
import { drawPng } from "../../pictures/drawing_thread.ts";
import { builder } from "./builder.ts";
import { COST } from "./cost.ts";
import { intBetween } from "./validators.ts";

const MAX_SCALE = 4;

/** A picture is its SVG text; a PNG is drawn from it when asked for. */
export const Picture = builder.objectRef<{ readonly svg: string }>("Picture").implement({
  description: "Picture, as SVG or PNG.",
  fields: (t) => ({
    svg: t.exposeString("svg", { description: "SVG file as text." }),
    png: t.string({
      description: "PNG file as a data URI, for an <img> or a download.",
      complexity: COST.png,
      args: {
        scale: t.arg.int({
          defaultValue: 2,
          description: `Device pixels per CSS pixel, 1 to ${MAX_SCALE}.`,
          validate: intBetween("draw a PNG", "scale", 1, MAX_SCALE),
        }),
      },
      resolve: async ({ svg }, { scale }) =>
        `data:image/png;base64,${(await drawPng(svg, scale ?? 2)).toBase64()}`,
    }),
  }),
});

export const Theme = builder.enumType("Theme", {
  description: "Colour theme of a picture.",
  values: {
    LIGHT: { value: "light", description: "Dark text on a white background." },
    DARK: { value: "dark", description: "Light text on a near-black background." },
  } as const,
});
