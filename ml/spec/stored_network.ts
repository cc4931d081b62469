/** Checks networks that were read from a file. */
import { isLoss } from "../losses/losses.ts";
import { isLayer } from "../network/layers.ts";
import { inferShapes, type Network } from "../network/network.ts";

/** The largest number of layers. */
const MAX_LAYERS = 1000;

/** Tells whether a value that was read from a file is a network whose layers fit together. */
export function isNetwork(value: unknown): value is Network {
  if (!isRecord(value)) return false;
  const { name, inputShape, normalization, layers, loss, ...others } = value;
  return Object.keys(others).length === 0 &&
    typeof name === "string" && isLoss(loss) &&
    Array.isArray(inputShape) && inputShape.length === 3 && inputShape.every(isSize) &&
    isRecord(normalization) && Number.isFinite(normalization.mean) &&
    Number.isFinite(normalization.std) && Number(normalization.std) > 0 &&
    Array.isArray(layers) && layers.length <= MAX_LAYERS && layers.every(isLayer) &&
    fitTogether(value as unknown as Network);
}

function fitTogether(network: Network): boolean {
  try {
    return inferShapes(network).every(({ outputShape, parameters }) =>
      outputShape.every(isSize) && parameters.every(({ shape }) => shape.every(isSize))
    );
  } catch (error) {
    // The layers do not fit together, or one is of an unknown kind.
    if (error instanceof RangeError || error instanceof TypeError) return false;
    throw error;
  }
}

function isSize(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) > 0;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
