/** enum Theme */
import { builder } from "./builder.ts";

export const Theme = builder.enumType("Theme", {
  description: "The colours of a picture.",
  values: {
    LIGHT: { value: "light", description: "Dark on white." },
    DARK: { value: "dark", description: "Light on near-black." },
  } as const,
});
