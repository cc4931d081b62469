/** A line about what the form starts, as it is filled in now. */
import { count } from "../../../../lib/format.ts";
import { optimizerName, OPTIMIZERS } from "../../../../ml/optimizers/optimizers.ts";
import { fieldsOf, nameOfKind } from "../../../../ml/spec/words/part_text.ts";
import type { StartTrainingInput } from "../../operations.ts";
import { type ChosenDataset, DEFAULT_CHOICE } from "../dataset/chosen_dataset.ts";
import type { NetworkDefaults } from "../network/use_network.ts";

/** The settings that the line is about. */
export interface StartFacts {
  /** The input of each training. */
  readonly inputs: readonly StartTrainingInput[];
  /** The settings of empty fields. */
  readonly defaults: NetworkDefaults;
  /** The number of the network's parameters; undefined for one with problems. */
  readonly parameters: number | undefined;
  readonly dataset: ChosenDataset;
}

/** Summarizes what is started: '1,000 parameters · 3 epochs · batches of 32 · SGD · learning rates 0.01, 0.1'. */
export function startFacts({ inputs, defaults, parameters, dataset }: StartFacts): string {
  const valuesOf = (field: "epochs" | "batchSize" | "learningRate") => [
    ...new Set(inputs.map((input) => input?.[field] ?? defaults[field])),
  ];
  const [epochs, rates] = [valuesOf("epochs"), valuesOf("learningRate")];
  const isOne = epochs.length === 1 && epochs[0] === 1;
  return [
    parameters === undefined ? "A network with problems" : `${count(parameters)} parameters`,
    ...(dataset === DEFAULT_CHOICE ? [] : [`${count(dataset.classes?.length ?? 0)} classes`]),
    `${epochs.map(count).join(", ")} ${isOne ? "epoch" : "epochs"}`,
    `batches of ${valuesOf("batchSize").map(count).join(", ")}`,
    optimizerOf(inputs[0]) ?? optimizerName(defaults.optimizer),
    `learning ${rates.length === 1 ? "rate" : "rates"} ${rates.join(", ")}`,
  ].join(" · ");
}

function optimizerOf(input: StartTrainingInput | undefined): string | undefined {
  const [kind] = Object.keys(fieldsOf(input?.optimizer));
  const definition = Object.entries(OPTIMIZERS).find(([name]) => name === kind)?.[1];
  return kind === undefined ? undefined : nameOfKind(kind, definition);
}
