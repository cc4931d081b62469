/** enum Theme */
import { builder } from "./builder.ts";

export const Theme = builder.enumType("Theme", {
  description: "Colour theme of a picture.",
  values: {
    LIGHT: { value: "light", description: "Dark text on a white background." },
    DARK: { value: "dark", description: "Light text on a near-black background." },
  } as const,
});
