/** A run's settings in words, read from the input that trains it again. */
import type { Kinds } from "../../../ml/options/kinds.ts";
import { defaultOf, type Options } from "../../../ml/options/option.ts";
import { NUMBER_FIELDS, SPEC_FIELDS } from "../../../ml/spec/fields.ts";
import { OWN_NAME } from "../../../ml/spec/parse_network.ts";
import { type Part, partDefinition, PARTS } from "../../../ml/spec/parts.ts";
import { parseReference } from "../../../data/reference.ts";
import { count } from "../../../lib/format.ts";
import type { DataOf } from "../../api/operation.ts";
import type { RUN_SETTINGS_QUERY, RunItem } from "../operations.ts";

/** The settings of a run that its list entry does not have. */
export type RunSettings = NonNullable<DataOf<typeof RUN_SETTINGS_QUERY>["run"]>;

/** A run with its settings. */
export type SetRun = RunItem & RunSettings;

/** A setting of runs. */
export interface Setting {
  readonly label: string;
  /** The value in words; undefined where the run has none. */
  textOf(run: SetRun): string | undefined;
  /** Tells values of equal words apart. By default, the words. */
  keyOf?(run: SetRun): unknown;
}

type Fields = Readonly<Record<string, unknown>>;

const NETWORK: Setting = {
  label: "Network",
  textOf(run) {
    const { layers } = fieldsOf(fieldsOf(run.input).network);
    if (!Array.isArray(layers)) return networkLabel(run);
    return `own, ${layers.length} ${layers.length === 1 ? "layer" : "layers"}`;
  },
  keyOf: ({ input }) => [fieldsOf(input).recipe, fieldsOf(input).network],
};

/** Names a run's network: a recipe, a preset, or 'own network'. */
export function networkLabel({ networkName }: RunItem): string {
  return networkName === OWN_NAME ? "own network" : networkName;
}

const DATASET: Setting = {
  label: SPEC_FIELDS.dataset.label,
  textOf: ({ dataset }) => parseReference(dataset).name,
  keyOf: ({ dataset }) => dataset,
};

const NUMBERS: readonly Setting[] = NUMBER_FIELDS.map((field) => {
  const { label, shown } = SPEC_FIELDS[field];
  const numberOf = (run: SetRun) => field === "epochs" ? run.progress.epochs : run[field];
  return { label, textOf: (run) => (shown === "grouped" ? count : String)(numberOf(run)) };
});

const START_FROM: Setting = {
  label: "Start from",
  textOf({ startedFrom }) {
    if (!startedFrom) return undefined;
    const { fileName, epoch } = startedFrom;
    return fileName ?? (epoch === 0 ? "first weights of a run" : `epoch ${epoch} of a run`);
  },
  keyOf: ({ startedFrom }) => startedFrom?.sha256,
};

/** Every setting, in the order of the start form. Device and engine are those of the training, not the requested ones. */
export const SETTINGS: readonly Setting[] = [
  NETWORK,
  DATASET,
  ...NUMBERS,
  ...PARTS.map(partSetting),
  START_FROM,
  { label: SPEC_FIELDS.device.label, textOf: ({ device }) => device ?? undefined },
  { label: SPEC_FIELDS.engine.label, textOf: ({ engine }) => engine ?? undefined },
];

function partSetting(part: Part): Setting {
  return {
    label: partDefinition(part).label,
    textOf: ({ input }) => partText(part, fieldsOf(input)[part]),
  };
}

/** Lists what was chosen for a training besides data and numbers: 'SGD, momentum 0.9', 'cosine schedule'. */
export function mainSettings({ input }: SetRun): readonly string[] {
  const given = fieldsOf(input);
  const textOf = (part: Part) => partText(part, given[part]);
  const [optimizer, schedule] = [textOf("optimizer"), textOf("schedule")];
  const others = MAIN_PARTS.flatMap((part) => {
    const text = textOf(part);
    return text === undefined ? [] : [`${partDefinition(part).label.toLowerCase()} ${text}`];
  });
  return [
    ...(optimizer === undefined ? [] : [optimizer]),
    ...(schedule === undefined || schedule === "constant" ? [] : [`${schedule} schedule`]),
    ...others,
  ];
}

/** The parts that stand in a run's header where they are given, beside optimizer and schedule. */
const MAIN_PARTS = [
  "warmup",
  "gradientClipNorm",
  "validationShare",
  "earlyStopping",
  "augmentation",
] as const satisfies readonly Part[];

/**
 * Writes a part of a training's input in words, without options that have their default: 'SGD, momentum 0.9'.
 *
 * @returns undefined where the part is not given, or an empty list or 0
 */
export function partText(part: Part, value: unknown): string | undefined {
  if (value === undefined || value === null || value === 0) return undefined;
  const definition = partDefinition(part);
  switch (definition.form) {
    case "value":
      return String(value);
    case "options":
      return optionTexts(definition.options, fieldsOf(value)).join(", ") || "on";
    case "kind":
      return kindText(definition.kinds, value);
    case "list": {
      const entries = Array.isArray(value) ? value : [];
      return entries.map((entry) => kindText(definition.kinds, entry)).join("; ") || undefined;
    }
    default:
      return definition satisfies never;
  }
}

function kindText(kinds: Kinds, value: unknown): string {
  return Object.entries(fieldsOf(value)).map(([kind, options]) => {
    const { [kind]: definition } = kinds;
    return [
      nameOfKind(kind, definition),
      ...optionTexts(definition?.options ?? {}, fieldsOf(options)),
    ].join(", ");
  }).join(", ");
}

/** Returns the name for people of a kind of a part: 'AdamW', 'cross entropy'. */
export function nameOfKind(kind: string, definition: Kinds[string] | undefined): string {
  return definition && "displayName" in definition ? String(definition.displayName) : inWords(kind);
}

function optionTexts(options: Options, values: Fields): readonly string[] {
  return Object.entries(options).flatMap(([name, option]) => {
    const value = values[name];
    if (value === undefined || value === null || isSame(value, defaultOf(option))) return [];
    if (option.type === "name") return [`${inWords(name)} ${inWords(String(value))}`];
    if (value === true) return [inWords(name)];
    if (value === false) return [`no ${inWords(name)}`];
    return [`${inWords(name)} ${valueText(value)}`];
  });
}

function valueText(value: unknown): string {
  if (Array.isArray(value)) return `(${value.join(", ")})`;
  const [[key, own] = []] = Object.entries(fieldsOf(value));
  if (key === undefined) return String(value);
  return own === true ? key : valueText(own);
}

/** Writes a name of the API in words: 'weightDecay' and 'VALIDATION_LOSS' become 'weight decay' and 'validation loss'. */
function inWords(name: string): string {
  const words = /[a-z]/.test(name) ? name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, " ") : name;
  return words.replaceAll("_", " ").toLowerCase();
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** Returns the fields of a value; none if it is no object. */
export function fieldsOf(value: unknown): Fields {
  return typeof value === "object" && value !== null ? value as Fields : {};
}
