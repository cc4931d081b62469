/** Parses the layers of a network from the form in which clients write them. */
import type { InputOf } from "../options/kinds.ts";
import { allLayers, NetworkError } from "./network.ts";
import type { Tagged } from "../options/option.ts";
import { parseLayers } from "../options/parse.ts";
import type { Path, Problem } from "../options/problem.ts";
import { type Layer, LAYERS } from "./layers.ts";

/** A layer as clients write it: { conv2d: { outChannels: 32, kernelSize: 3 } }. */
export type LayerInput = InputOf<typeof LAYERS>;

/** Letters, digits, '_' and '-'; dots make a name the whole path. */
const NAME = /^[\w-]+(\.[\w-]+)*$/;

/**
 * Parses a list of layers. The last layer, if it is linear and names no number of outputs, gets one for each class.
 *
 * @param path the path of the list in the request
 */
export function parseNetworkLayers(
  value: unknown,
  path: Path,
  classes: number,
  problems: Problem[],
): readonly Layer[] {
  const before = problems.length;
  const layers = parseLayers(value, path, { layers: LAYERS, problems });
  for (const { kind, name } of allLayers(layers) as readonly Layer[]) {
    if (name === null || NAME.test(name)) continue;
    problems.push({
      path,
      message:
        `Cannot train with the name '${name}' of a ${kind} layer: names must have letters, ` +
        "digits, '_' and '-', joined by dots.",
    });
  }
  if (problems.length > before) return [];
  return completeClasses(layers, classes) as readonly Layer[];
}

/**
 * Writes a list of layers in the form in which clients write it.
 *
 * @throws {NetworkError} with the first problem
 */
export function layers(list: readonly LayerInput[], classes = 10): readonly Layer[] {
  const problems: Problem[] = [];
  const parsed = parseNetworkLayers(list, ["layers"], classes, problems);
  const [first] = problems;
  if (first) throw new NetworkError(first.message, first.path);
  return parsed;
}

/** Layers that may follow the linear layer whose outputs are the classes. */
const AFTER_CLASSES: readonly string[] = ["logSoftmax", "softmax", "identity"];

/** Returns layers whose last linear layer has an output for each class, whatever it had. */
export function withClasses(list: readonly Layer[], classes: number): readonly Layer[] {
  return completeClasses(list, classes, true) as readonly Layer[];
}

function completeClasses(
  list: readonly Tagged[],
  classes: number,
  overwrites = false,
): readonly Tagged[] {
  const at = list.findLastIndex(({ kind }) => !AFTER_CLASSES.includes(kind));
  const last = list[at] as Layer | undefined;
  switch (last?.kind) {
    case "linear":
      return last.outFeatures === null || overwrites
        ? list.with(at, { ...last, outFeatures: classes } as Tagged)
        : list;
    case "sequence":
      return list.with(
        at,
        { ...last, layers: completeClasses(last.layers, classes, overwrites) } as Tagged,
      );
    default:
      return list;
  }
}
