/** Warnings about trainings that can be started, but are probably not what was meant. */
import { asLayer, type Layer } from "../../network/layers.ts";
import type { Tagged } from "../../options/option.ts";
import type { Path, Problem } from "../../options/problem.ts";
import type { TrainingSpec } from "../spec.ts";

/** Reasons against a last layer before cross entropy. */
const BEFORE_CROSS_ENTROPY: Partial<Record<Layer["kind"], string>> = {
  softmax:
    "it applies log-softmax itself, and the softmax of probabilities is nearly the same for all " +
    "classes, so that the training is slow. Leave the layer out",
  logSoftmax:
    "it applies log-softmax itself, and the second changes nothing. Leave the layer out, or train " +
    "with the loss nll",
};

/** Returns the warnings about a spec. Paths begin at the request: ["network", "layers", 2, "softmax"]. */
export function specWarnings(
  { network, loss }: Pick<TrainingSpec, "network" | "loss">,
): readonly Problem[] {
  const last = lastLayer(network.layers, ["network", "layers"]);
  const reason = last && BEFORE_CROSS_ENTROPY[last.layer.kind];
  if (!last || reason === undefined || loss.kind !== "crossEntropy") return [];
  return [{
    path: last.path,
    message: `The loss crossEntropy should follow logits, not ${last.layer.kind}: ${reason}.`,
  }];
}

/** Finds the layer that computes a network's output, inside of sequences and repetitions as well. */
function lastLayer(
  layers: readonly Tagged[],
  at: Path,
): { readonly layer: Layer; readonly path: Path } | undefined {
  const given = layers.at(-1);
  if (!given) return undefined;
  const layer = asLayer(given);
  const path = [...at, layers.length - 1, layer.kind];
  return "layers" in layer ? lastLayer(layer.layers, [...path, "layers"]) : { layer, path };
}
