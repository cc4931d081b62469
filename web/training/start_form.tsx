/// <reference lib="dom" />
/** The form that starts a training. An empty field means the recipe's default, which it shows. */
import { type FormEvent, useState } from "react";
import { PRESETS, type Recipe, RECIPES } from "../../ml/presets.ts";
import { LIMITS } from "../../ml/spec.ts";
import { type RunItem, START_TRAINING } from "../api/operations.ts";
import { request } from "../api/request.ts";
import { DeviceSelect } from "./device_select.tsx";
import { NumberField } from "./number_field.tsx";
import { readStartForm } from "./read_start_form.ts";

export function StartForm({ onStarted }: { onStarted(run: RunItem): void }) {
  const [recipe, setRecipe] = useState<Recipe>("BASIC_CNN");
  const [starting, setStarting] = useState(false);
  const [error, setError] = useState<string>();
  const preset = PRESETS[recipe];

  const start = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const input = readStartForm(new FormData(event.currentTarget));
    setStarting(true);
    setError(undefined);
    try {
      const { startTraining } = await request(START_TRAINING, { input });
      onStarted(startTraining.run);
    } catch (problem) {
      setError(problem instanceof Error ? problem.message : String(problem));
    } finally {
      setStarting(false);
    }
  };

  return (
    <form className="start" aria-label="Start a training" onSubmit={start}>
      <label className="field field-wide">
        <span className="field-name">Recipe</span>
        <select
          name="recipe"
          className="field-input"
          value={recipe}
          onChange={({ target }) =>
            setRecipe(RECIPES.find((name) => name === target.value) ?? recipe)}
        >
          {RECIPES.map((name) => <option key={name}>{name}</option>)}
        </select>
      </label>
      <DeviceSelect />
      <NumberField name="epochs" label="Epochs" range={LIMITS.epochs} placeholder={preset.epochs} />
      <NumberField
        name="batchSize"
        label="Batch size"
        range={LIMITS.batchSize}
        placeholder={preset.batchSize}
      />
      <NumberField
        name="learningRate"
        label="Learning rate"
        range={LIMITS.learningRate}
        step="any"
        placeholder={preset.learningRate}
      />
      <NumberField name="seed" label="Seed" range={LIMITS.seed} placeholder="random" />
      <NumberField
        name="trainSamples"
        label="Train samples"
        range={{ min: 1, max: 60_000 }}
        placeholder="all"
      />
      <button type="submit" className="button button-primary start-button" disabled={starting}>
        {starting ? "Starting…" : "Start training"}
      </button>
      {error && <p className="training-error start-error" role="alert">{error}</p>}
    </form>
  );
}
