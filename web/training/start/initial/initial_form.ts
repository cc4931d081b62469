/** The content a start form begins with, such as the settings of an earlier run: the reverse of reading the form. */
import type { Options } from "../../../../ml/options/option.ts";
import { type Part, partDefinition, PARTS } from "../../../../ml/spec/parts.ts";
import { CHOSEN_FIELDS } from "../../../../ml/spec/fields.ts";
import { DEFAULT_RECIPE } from "../../../../ml/spec/recipes.ts";
import { type ChosenDataset, DEFAULT_CHOICE } from "../dataset/chosen_dataset.ts";
import { fieldText, listField, optionField } from "../field_names.ts";
import { printValue } from "../network/layers_text.ts";
import { OWN } from "../network/network_select.tsx";
import { fieldsOf } from "../../../../ml/spec/words/part_text.ts";

/** Texts of the form's fields by their names; fields without one are empty. */
export type FieldTexts = Readonly<Record<string, string>>;

/** Content that a form begins with. */
export interface InitialForm {
  /** The choice of the network: a recipe, a preset or layers. */
  readonly network: string;
  /** The layers as text; '' for a recipe or a preset. */
  readonly layers: string;
  readonly dataset: ChosenDataset;
  /** The name of a dataset that is not there, in whose place the default is chosen. */
  readonly missing: string | undefined;
  readonly texts: FieldTexts;
}

/**
 * Writes an input of startTraining as the texts of the form.
 *
 * @param input as `run { input }` has it
 * @param datasets those that can be trained on: where the run's own version is gone, the newest of that name is chosen,
 * and where that is gone, too, the default
 */
export function initialFormOf(input: unknown, datasets: readonly ChosenDataset[]): InitialForm {
  const given = fieldsOf(input);
  const wanted = wantedDataset(given);
  const found = datasetOf(given, datasets);
  const dataset = found ?? DEFAULT_CHOICE;
  const isSame = dataset.name === wanted || dataset.reference === wanted;
  const { preset, layers } = fieldsOf(given.network);
  const texts: Record<string, string> = {};
  for (const field of CHOSEN_FIELDS) {
    if (field !== "recipe" && given[field] !== undefined) texts[field] = String(given[field]);
  }
  texts.dataset = found && !isSame ? wanted : dataset.name;
  if (given.name !== undefined) texts.name = String(given.name);
  for (const part of PARTS) {
    // That of a dataset which is not there fits no other.
    if (found || part !== "normalization") writePart(texts, part, given[part]);
  }
  const start = startText(given.startFrom);
  if (start !== undefined) texts.startFrom = start;
  return {
    network: String(given.recipe ?? preset ?? (layers === undefined ? DEFAULT_RECIPE : OWN)),
    layers: layers === undefined ? "" : printValue(layers),
    dataset,
    missing: found ? undefined : wanted.split("@")[0],
    texts,
  };
}

/** Finds the dataset that an input names; if its version is gone, the newest of that name. */
export function datasetOf(
  input: { readonly dataset?: unknown },
  datasets: readonly ChosenDataset[],
): ChosenDataset | undefined {
  const wanted = wantedDataset(input);
  const [base] = wanted.split("@");
  return datasets.find(({ name, reference }) => name === wanted || reference === wanted) ??
    datasets.find(({ name }) => name === base) ??
    (base === DEFAULT_CHOICE.name ? DEFAULT_CHOICE : undefined);
}

function wantedDataset({ dataset }: { readonly dataset?: unknown }): string {
  return String(dataset ?? DEFAULT_CHOICE.name);
}

/** Returns the beginning of a form that is as a form is now. */
export function initialFormFrom(
  network: Pick<InitialForm, "network" | "layers" | "dataset">,
  form: FormData,
): InitialForm {
  const texts = Object.fromEntries([...form].map(([name, value]) => [name, String(value)]));
  return { ...network, texts, missing: undefined };
}

/** The choices that stand for none. */
const UNSET: FieldTexts = { device: "AUTO", engine: "AUTO" };

/** Lists the names of the fields of the form that differ from the texts it began with. */
export function changedFields(form: FormData, texts: FieldTexts): readonly string[] {
  // Options have fields only while their part has that kind.
  const options = Object.keys(texts).filter((name) => name.includes("."));
  const names = new Set([...form.keys(), ...options]);
  return [...names].filter((name) =>
    name !== "name" && name !== "recipe" &&
    fieldText(form, name) !== (texts[name] ?? UNSET[name] ?? "")
  );
}

function writePart(texts: Record<string, string>, part: Part, value: unknown): void {
  if (value === undefined || value === null) return;
  const definition = partDefinition(part);
  const fieldOf = (option: string) => optionField(part, option);
  switch (definition.form) {
    case "value":
      texts[part] = textOf(value);
      return;
    case "options":
      texts[fieldOf("kind")] = "on";
      return writeOptions(texts, definition.options, value, fieldOf);
    case "kind": {
      const [[kind, options] = []] = Object.entries(fieldsOf(value));
      const { [kind ?? ""]: chosen } = definition.kinds;
      if (kind === undefined || !chosen) return;
      texts[fieldOf("kind")] = kind;
      return writeOptions(texts, chosen.options, options, fieldOf);
    }
    case "list":
      for (const [at, entry] of (Array.isArray(value) ? value : []).entries()) {
        const [[kind, options] = []] = Object.entries(fieldsOf(entry));
        const { [kind ?? ""]: chosen } = definition.kinds;
        if (kind === undefined || !chosen) return;
        texts[listField(part, at, "kind")] = kind;
        writeOptions(texts, chosen.options, options, (option) => listField(part, at, option));
      }
      return;
    default:
      return definition satisfies never;
  }
}

function writeOptions(
  texts: Record<string, string>,
  options: Options,
  values: unknown,
  fieldOf: (option: string) => string,
): void {
  const given = fieldsOf(values);
  for (const name of Object.keys(options)) {
    const value = given[name];
    if (value !== undefined && value !== null) texts[fieldOf(name)] = textOf(value);
  }
}

/** Writes a value as the form reads it: class weights are 'balanced' or numbers. */
function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.join(", ");
  if (typeof value !== "object" || value === null) return String(value);
  const { balanced, values } = fieldsOf(value);
  return balanced === true ? "balanced" : textOf(values ?? "");
}

function startText(startFrom: unknown): string | undefined {
  const { runId, epoch } = fieldsOf(fieldsOf(startFrom).checkpoint);
  if (runId === undefined) return undefined;
  return epoch === undefined ? String(runId) : `${runId}@${epoch}`;
}
