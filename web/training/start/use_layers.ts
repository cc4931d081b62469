/** The layers of the start form: their text, what it means, and its problems where they are. */
import { useMemo, useRef, useState } from "react";
import { type NetworkSummary, summarize } from "../../../ml/network/summary.ts";
import type { Problem } from "../../../ml/options/problem.ts";
import { parseRequest } from "../../../ml/spec/resolve.ts";
import type { DatasetShape } from "../../../ml/spec/spec.ts";
import { specWarnings } from "../../../ml/spec/warnings.ts";
import { DEFAULT_CHOICE } from "./dataset/chosen_dataset.ts";
import { readLayers } from "./network/layers_text.ts";
import type { TextProblem } from "./network/layers_editor.tsx";

/** Layers that were read. */
export interface ReadNetwork {
  /** The layers as the API takes them; undefined if the text cannot be read. */
  readonly layers: unknown;
  /** Errors, or warnings about layers that can be trained. */
  readonly problems: readonly TextProblem[];
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
  const network = useMemo(() => readNetwork(text, dataset, loss), [text, dataset, loss]);
  const valid = useRef<NetworkSummary>(undefined);
  if (network.summary) valid.current = network.summary;
  return { text, setText, network, lastSummary: valid.current };
}

/** Reads and checks layers for a dataset and a loss. */
export function readNetwork(
  text: string,
  dataset: DatasetShape = DEFAULT_CHOICE,
  loss = "",
): ReadNetwork {
  const read = readLayers(text);
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
      ...read.locate(path.slice(2)),
      message,
      severity,
    });
  const chosenLoss = loss === "" ? {} : { loss: { [loss]: {} } };
  const parsed = parseRequest({ network: { layers: read.value }, ...chosenLoss }, dataset);
  return parsed.ok
    ? {
      layers: read.value,
      problems: specWarnings(parsed.draft).map(mark("warning")),
      summary: summarize(parsed.draft.network),
    }
    : { layers: read.value, problems: parsed.problems.map(mark("error")), summary: undefined };
}
