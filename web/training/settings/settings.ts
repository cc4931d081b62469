/** A run's settings in words, read from the input that trains it again. */
import { NUMBER_FIELDS, SPEC_FIELDS } from "../../../ml/spec/fields.ts";
import { OWN_NAME } from "../../../ml/spec/parse_network.ts";
import { type Part, partDefinition, PARTS } from "../../../ml/spec/parts.ts";
import { fieldsOf, partText } from "../../../ml/spec/words/part_text.ts";
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

/**
 * Every setting, in the order of the start form. Device and engine are those of the training, not the requested ones.
 */
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
