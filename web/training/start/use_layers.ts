/** The layers of the start form: their text, what it means, and its problems where they are. */
import { useMemo, useRef, useState } from "react";
import type { readYaml } from "../../../lib/text/yaml.ts";
import { type NetworkSummary, summarize } from "../../../ml/network/summary.ts";
import type { Path, Problem } from "../../../ml/options/problem.ts";
import { parseRequest } from "../../../ml/spec/resolve.ts";
import type { DatasetShape } from "../../../ml/spec/spec.ts";
import { specWarnings } from "../../../ml/spec/words/warnings.ts";
import { fillProblems } from "./initial/fill_problems.ts";
import { datasetOf } from "./initial/initial_form.ts";
import { type ChosenDataset, DEFAULT_CHOICE } from "./dataset/chosen_dataset.ts";
import { useValue } from "../../parts/value_store.ts";
import { readLayers, type Settings } from "./network/layers_text.ts";
import { yamlStore } from "./network/yaml_store.ts";
import type { TextProblem } from "./network/layers_editor.tsx";

/** Layers that were read. */
export interface ReadNetwork {
  /** The layers as the API takes them; undefined if the text cannot be read or has none. */
  readonly layers: unknown;
  /** Errors, or warnings about layers that can be trained. */
  readonly problems: readonly TextProblem[];
  /** The settings of a whole training, where the text has them and the form can be filled in with all of them. */
  readonly settings?: Settings | undefined;
  /** Undefined while there are errors. */
  readonly summary: NetworkSummary | undefined;
}

/**
 * Keeps the text of layers and the last summary that they had, and checks them as the API does.
 *
 * @param about the training that they are checked for
 */
export function useLayers(first: string, { dataset, datasets, loss }: Omit<LayersFor, "yaml">) {
  const [text, setText] = useState(first);
  const yaml = useValue(yamlStore);
  const read = (text: string) => readNetwork(text, { dataset, datasets, loss, yaml });
  const network = useMemo(() => read(text), [text, dataset, datasets, loss, yaml]);
  const valid = useRef<NetworkSummary>(undefined);
  if (network.summary) valid.current = network.summary;
  return { text, setText, read, network, lastSummary: valid.current };
}

/** The training that layers are checked for, and the reader of their text. */
export interface LayersFor {
  readonly dataset?: DatasetShape | undefined;
  /** The datasets that a text with the settings of a whole training may name. */
  readonly datasets?: readonly ChosenDataset[] | undefined;
  /** The kind of the loss; '' for the default. */
  readonly loss?: string | undefined;
  /** Reads YAML and JSON; without it, only GraphQL's values are read. */
  readonly yaml?: typeof readYaml | undefined;
}

/** Reads and checks layers for a dataset and a loss, or for those of the text if it has a whole training's settings. */
export function readNetwork(
  text: string,
  { dataset = DEFAULT_CHOICE, datasets = [DEFAULT_CHOICE], loss = "", yaml }: LayersFor = {},
): ReadNetwork {
  const read = readLayers(text, yaml);
  if (!read.ok) {
    const { message, range } = read;
    return {
      layers: undefined,
      problems: [{ ...range, message, severity: "error" }],
      summary: undefined,
    };
  }
  const mark =
    (severity: TextProblem["severity"]) => ({ path, message }: Problem): TextProblem => ({
      ...read.locate(path),
      message,
      severity,
    });
  const { value: layers, request, isWhole } = read;
  const chosenLoss = loss === "" || isWhole ? {} : { loss: { [loss]: {} } };
  const shape = isWhole ? datasetOf(request, datasets) ?? dataset : dataset;
  const parsed = parseRequest({ ...request, ...chosenLoss }, shape);
  const unfit = isWhole ? fillProblems(request, datasets) : [];
  const refused = parsed.ok ? [] : parsed.problems;
  const problems = [...unfit, ...refused.filter(({ path }) => !unfit.some(isAt(path)))];
  const mayFill = isWhole && problems.every(isOfLayers);
  const more = Object.keys(request).find((name) => name !== "network") ?? "network";
  return {
    layers,
    settings: mayFill ? request : undefined,
    problems: [
      ...problems.map(mark("error")),
      ...(mayFill ? [{ path: [more], message: MORE_SETTINGS }] : []).map(mark("error")),
      ...(parsed.ok ? specWarnings(parsed.draft).map(mark("warning")) : []),
    ],
    summary: parsed.ok ? summarize(parsed.draft.network) : undefined,
  };
}

function isAt(path: Path) {
  return (other: Problem) => other.path.join() === path.join();
}

const MORE_SETTINGS = "Cannot start: the text has settings beside the layers. " +
  "Fill in the form with all of them, or remove them.";

/** Tells whether a problem remains in the text of the layers once the form is filled in. */
function isOfLayers({ path: [part, field] }: Problem): boolean {
  return part === "network" && field === "layers";
}
