/// <reference lib="dom" />
/**
 * The form that starts a training: a recipe and a button. The settings are folded away; an empty field stands for the
 * default, which is its placeholder.
 */
import { type FormEvent, useRef, useState } from "react";
import { fieldDefinition, NUMBER_FIELDS } from "../../../ml/spec/fields.ts";
import { DEFAULT_RECIPE, type Recipe, RECIPE_NAMES, RECIPES } from "../../../ml/spec/recipes.ts";
import { request } from "../../api/request.ts";
import { count } from "../../../lib/format.ts";
import { OperationsButton, shown } from "../../parts/operations_button.tsx";
import { DeviceSelect } from "./device_select.tsx";
import { sortErrors, type StartErrors } from "./field_errors.ts";
import { NetworkTable } from "./network_table.tsx";
import { type RunItem, START_TRAINING } from "../operations.ts";
import { newKey, readStartForm } from "./read_start_form.ts";
import { TextField } from "../../parts/text_field.tsx";
import { useModel } from "./use_model.ts";
import { optimizerName } from "../../../ml/optimizers/optimizers.ts";

const NO_ERRORS: StartErrors = { fields: {}, other: undefined };

export function StartForm({ onStarted }: { onStarted(run: RunItem): void }) {
  const form = useRef<HTMLFormElement>(null);
  const settings = useRef<HTMLDetailsElement>(null);
  const [recipe, setRecipe] = useState<Recipe>(DEFAULT_RECIPE);
  const [starting, setStarting] = useState(false);
  const [errors, setErrors] = useState(NO_ERRORS);
  const model = useModel(recipe);
  const definition = RECIPES[recipe];

  const read = () => readStartForm(new FormData(form.current ?? undefined));

  const fail = (found: StartErrors) => {
    setErrors(found);
    const [first] = Object.keys(found.fields);
    if (first === undefined) return;
    // The field with the error may be hidden in the settings.
    if (settings.current) settings.current.open = true;
    const field = form.current?.elements.namedItem(first);
    if (field instanceof HTMLElement) field.focus();
  };

  const start = async (event: FormEvent) => {
    event.preventDefault();
    setErrors(NO_ERRORS);
    const { input, errors: fields } = read();
    if (Object.keys(fields).length > 0) return fail({ fields, other: undefined });
    setStarting(true);
    try {
      const variables = { input: { ...input, idempotencyKey: newKey() } };
      const { startTraining } = await request(START_TRAINING, variables);
      onStarted(startTraining.run);
    } catch (problem) {
      fail(sortErrors(problem));
    } finally {
      setStarting(false);
    }
  };

  return (
    <form ref={form} className="start" aria-label="Start a training" noValidate onSubmit={start}>
      <div className="start-line">
        <RecipeSelect chosen={recipe} onChoose={setRecipe} />
        <button type="submit" className="button button-primary start-button" disabled={starting}>
          {starting ? "Starting…" : "Start training"}
        </button>
      </div>
      {errors.other && <p className="panel-error" role="alert">{errors.other}</p>}
      <p className="panel-note">
        {model ? `${count(model.totalParameters)} parameters` : "A small CNN"} · {definition.epochs}
        {" "}
        epochs · batches of {definition.batchSize} · {optimizerName(definition.optimizer)}{" "}
        · learning rate {definition.learningRate}
      </p>
      <div className="start-more">
        <details ref={settings}>
          <summary>Settings and network</summary>
          <div className="start-columns">
            <SettingsFields recipe={definition} errors={errors.fields} />
            <NetworkTable model={model} />
          </div>
        </details>
        <OperationsButton
          title="Start a training"
          operations={() => [shown("Start", START_TRAINING, { input: read().input })]}
        />
      </div>
    </form>
  );
}

interface RecipeSelectProps {
  readonly chosen: Recipe;
  onChoose(recipe: Recipe): void;
}

function RecipeSelect({ chosen, onChoose }: RecipeSelectProps) {
  return (
    <label className="field">
      <span className="field-name">Recipe</span>
      <select
        name="recipe"
        className="field-input"
        value={chosen}
        onChange={({ target }) =>
          onChoose(RECIPE_NAMES.find((name) => name === target.value) ?? chosen)}
      >
        {RECIPE_NAMES.map((name) => <option key={name}>{name}</option>)}
      </select>
    </label>
  );
}

interface SettingsFieldsProps {
  readonly recipe: (typeof RECIPES)[Recipe];
  readonly errors: StartErrors["fields"];
}

function SettingsFields({ recipe, errors }: SettingsFieldsProps) {
  return (
    <div className="start-fields">
      {NUMBER_FIELDS.map((field) => {
        const { rule, label, default: fallback } = fieldDefinition(field);
        return (
          <TextField
            key={field}
            name={field}
            label={label}
            keys={rule.kind === "integer" ? "numeric" : "decimal"}
            placeholder={fallback.of({ recipe }) ?? fallback.text}
            error={errors[field]}
          />
        );
      })}
      <TextField name="name" label="Name" placeholder="chosen for you" error={errors.name} />
      <DeviceSelect error={errors.device} />
    </div>
  );
}
