/** The layers of the start form: their text, what it means, and its problems where they are. */
import { useMemo, useRef, useState } from "react";
import type { readYaml } from "../../../lib/text/yaml.ts";
import { type NetworkSummary, summarize } from "../../../ml/network/summary.ts";
import type { Problem } from "../../../ml/options/problem.ts";
import { parseRequest } from "../../../ml/spec/resolve.ts";
import { settingProblems } from "../../../ml/spec/input_settings.ts";
import type { DatasetShape } from "../../../ml/spec/spec.ts";
import { specWarnings } from "../../../ml/spec/words/warnings.ts";
import { DEFAULT_CHOICE } from "./dataset/chosen_dataset.ts";
import { useValue } from "../../parts/value_store.ts";
import { readLayers } from "./network/layers_text.ts";
import { yamlStore } from "./network/yaml_store.ts";
import type { TextProblem } from "./network/layers_editor.tsx";

/** Layers that were read. */
export interface ReadNetwork {
  /** The layers as the API takes them; undefined if the text cannot be read. */
  readonly layers: unknown;
  /** Errors, or warnings about layers that can be trained. */
  readonly problems: readonly TextProblem[];
  /** All settings of a training, where the text has more than the network; not checked. */
  readonly settings?: Readonly<Record<string, unknown>> | undefined;
  /** Undefined while there are errors. */
  readonly summary: NetworkSummary | undefined;
}

/**
 * Keeps the text of layers and the last summary that they had, and checks them as the API does.
 *
 * @param loss the kind of the loss; '' for the default
 */
export function useLayers(first: string, dataset: DatasetShape, loss: string) {
  const [text, setText] = useState(first);
  const yaml = useValue(yamlStore);
  const network = useMemo(
    () => readNetwork(text, { dataset, loss, yaml }),
    [text, dataset, loss, yaml],
  );
  const valid = useRef<NetworkSummary>(undefined);
  if (network.summary) valid.current = network.summary;
  return { text, setText, network, lastSummary: valid.current };
}

/** The training that layers are checked for, and the reader of their text. */
export interface LayersFor {
  readonly dataset?: DatasetShape;
  /** The kind of the loss; '' for the default. */
  readonly loss?: string;
  /** Reads YAML and JSON; without it, only GraphQL's values are read. */
  readonly yaml?: typeof readYaml | undefined;
}

/** Reads and checks layers for a dataset and a loss. */
export function readNetwork(
  text: string,
  { dataset = DEFAULT_CHOICE, loss = "", yaml }: LayersFor = {},
): ReadNetwork {
  const read = readLayers(text, yaml);
  if (!read.ok) {
    const { message, range, settings } = read;
    return {
      layers: undefined,
      settings,
      problems: [{ ...range, message, severity: "error" }],
      summary: undefined,
    };
  }
  const mark =
    (severity: TextProblem["severity"]) => ({ path, message }: Problem): TextProblem => ({
      ...read.locate(path.slice(2)),
      message,
      severity,
    });
  const chosenLoss = loss === "" ? {} : { loss: { [loss]: {} } };
  const { value: layers, settings } = read;
  const unknown = settingProblems(settings ?? {}).map(({ path, message }): TextProblem => (
    { ...read.locateSetting(path), message, severity: "warning" }
  ));
  const parsed = parseRequest({ network: { layers }, ...chosenLoss }, dataset);
  return parsed.ok
    ? {
      layers,
      settings,
      problems: [...specWarnings(parsed.draft).map(mark("warning")), ...unknown],
      summary: summarize(parsed.draft.network),
    }
    : {
      layers,
      settings,
      problems: [...parsed.problems.map(mark("error")), ...unknown],
      summary: undefined,
    };
}
