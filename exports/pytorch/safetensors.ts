/** Models as safetensors files: the names and shapes of PyTorch's state_dict(), with what describes the model. */
import { encodeHeader, type TensorEntry } from "../../lib/safetensors_header.ts";
import type { ExportDefinition } from "../format.ts";
import type { StateArray } from "../../ml/state.ts";
import type { TrainedModel } from "../model.ts";
import { metadataOf } from "../preprocessing.ts";

/** The buffer that PyTorch keeps as int64. */
const COUNTER = /(^|\.)num_batches_tracked$/;

export const safetensors: ExportDefinition = {
  extension: "safetensors",
  mediaType: "application/octet-stream",
  description:
    "safetensors with the names of PyTorch's state_dict(); model.py rebuilds the module.",
  encode(model) {
    const arrays = model.weights.map(encodeArray).toSorted(compare);
    return [
      encodeHeader(describe(model), arrays.map(({ entry }) => entry)),
      ...arrays.map(({ bytes }) => bytes),
    ];
  },
};

/** An array with its place in the header. */
interface Encoded {
  readonly entry: TensorEntry;
  readonly bytes: Uint8Array;
}

function encodeArray({ name, shape, values }: StateArray): Encoded {
  const isCounter = COUNTER.test(name);
  const numbers = isCounter ? BigInt64Array.from(values, BigInt) : values;
  const bytes = new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
  return {
    entry: { name, dtype: isCounter ? "I64" : "F32", shape, bytes: bytes.length },
    bytes,
  };
}

/** Orders wider types first, then by name, as Python's library does: no array lies across its alignment. */
function compare(a: Encoded, b: Encoded): number {
  return a.entry.dtype === b.entry.dtype
    ? (a.entry.name < b.entry.name ? -1 : 1)
    : a.entry.dtype === "I64"
    ? -1
    : 1;
}

/** Returns the metadata. 'pt' tells readers that the arrays are PyTorch's. */
function describe(model: TrainedModel): ReadonlyMap<string, string> {
  return new Map([["format", "pt"], ...metadataOf(model)]);
}
