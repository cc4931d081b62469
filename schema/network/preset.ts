/** enum Preset */
import { PRESET_NAMES, PRESETS } from "../../ml/network/presets.ts";
import { builder } from "../base/builder.ts";

export const Preset = builder.enumType("Preset", {
  description: "Built-in network.",
  values: Object.fromEntries(
    PRESET_NAMES.map((name) => [name, { value: name, description: PRESETS[name].description }]),
  ) as { readonly [Name in (typeof PRESET_NAMES)[number]]: { value: Name; description: string } },
});
