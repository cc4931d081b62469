/// <reference lib="dom" />
/** The choice of a network: a recipe's, a preset, or layers of one's own. */
import { type Recipe, RECIPE_NAMES, RECIPES } from "../../../../ml/spec/recipes.ts";
import { LAYERS } from "../../../../ml/network/layers.ts";
import { toInput } from "../../../../ml/options/kinds.ts";
import { type Preset, PRESET_NAMES, PRESETS } from "../../../../ml/network/presets.ts";
import { parseRequest } from "../../../../ml/spec/resolve.ts";
import type { DatasetShape } from "../../../../ml/spec/spec.ts";
import { printValue } from "./layers_text.ts";

/** The choice of layers of one's own. */
export const OWN = "OWN";

/** The layers that a visitor begins with. */
const EXAMPLE = RECIPES.BASIC_CNN.network.layers.map((layer) =>
  toInput(LAYERS, layer, { brief: true })
);

/** Tells whether a choice is a recipe. */
export function isRecipe(choice: string): choice is Recipe {
  return RECIPE_NAMES.some((recipe) => recipe === choice);
}

/** Tells whether a choice is a preset. */
export function isPreset(choice: string): choice is Preset {
  return PRESET_NAMES.some((preset) => preset === choice);
}

/** Returns the text that the editor shows after a choice: a preset's layers, or what was written before. */
export function textOf(choice: string, written: string): string {
  if (isPreset(choice)) return printValue(PRESETS[choice].layers);
  return written === "" ? printValue(EXAMPLE) : written;
}

/** Returns a network that takes a dataset's samples, where a recipe does not; undefined if the choice may stay. */
export function fittingNetwork(choice: string, dataset: DatasetShape): Preset | undefined {
  if (!isRecipe(choice) || parseRequest({ recipe: choice }, dataset).ok) return undefined;
  return dataset.kind === "features" ? "MLP" : "LENET";
}

interface NetworkSelectProps {
  readonly chosen: string;
  onChoose(choice: string): void;
}

/** A select of the networks. */
export function NetworkSelect({ chosen, onChoose }: NetworkSelectProps) {
  return (
    <label className="field">
      <span className="field-name">Recipe or network</span>
      <select
        name="recipe"
        className="field-input"
        value={chosen}
        onChange={({ target }) => onChoose(target.value)}
      >
        <optgroup label="Recipes">
          {RECIPE_NAMES.map((name) => <option key={name}>{name}</option>)}
        </optgroup>
        <optgroup label="Networks">
          {PRESET_NAMES.map((name) => (
            <option key={name} title={PRESETS[name].description}>{name}</option>
          ))}
        </optgroup>
        <option value={OWN}>Your own layers</option>
      </select>
    </label>
  );
}
