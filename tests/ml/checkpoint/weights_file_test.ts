/** Files with the weights to begin with, as safetensors.torch writes them. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { CheckpointError } from "../../../ml/checkpoint/error.ts";
import { writeCheckpointFile } from "../../../ml/checkpoint/checkpoint_file.ts";
import {
  copyWeights,
  openWeights,
  readWeights,
  weightsProblems,
} from "../../../ml/checkpoint/weights_file.ts";
import { elementCount } from "../../../ml/graph/tensor.ts";
import type { Network } from "../../../ml/network/network.ts";
import { layers } from "../../../ml/network/parse.ts";
import { PRESETS } from "../../../ml/network/presets.ts";
import golden from "../golden/presets.json" with { type: "json" };
import { folderPerTest } from "../../support/temporary_folder.ts";
import { joinBytes } from "../../../lib/bytes.ts";

const NETWORK: Network = {
  name: "a network",
  inputShape: [2, 1, 1],
  normalization: { mean: [0], std: [1] },
  layers: layers([{ flatten: {} }, { batchNorm1d: {} }, { linear: { outFeatures: 2 } }]),
};

/** The bytes of a safetensors file. */
function fileOf(
  arrays: readonly {
    readonly name: string;
    readonly dtype: string;
    readonly shape: readonly number[];
    readonly bytes: Uint8Array;
  }[],
): Uint8Array {
  let at = 0;
  const header = new TextEncoder().encode(JSON.stringify(Object.fromEntries(
    arrays.map(({ name, dtype, shape, bytes }) => {
      const begin = at;
      at += bytes.length;
      return [name, { dtype, shape, data_offsets: [begin, at] }];
    }),
  )));
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(header.length), true);
  return joinBytes([length, header, ...arrays.map(({ bytes }) => bytes)]);
}

const bytes = (values: { readonly buffer: ArrayBufferLike }) => new Uint8Array(values.buffer);

describe("a file with weights", () => {
  const folder = folderPerTest();

  it("has torchvision's ResNet-18 with the names and shapes of RESNET18", () => {
    const network = {
      ...NETWORK,
      inputShape: [32, 32, 3] as const,
      layers: layers(PRESETS.RESNET18.layers),
    };
    const arrays = Object.entries(golden.resnet18).map(([name, shape]) => (
      { name, shape: shape as readonly number[] }
    ));
    assertEquals(arrays.length, 122);
    assertEquals(weightsProblems(arrays, network, []), []);
    const grey = weightsProblems(arrays, { ...network, inputShape: [28, 28, 1] }, []);
    assertEquals(grey.map(({ message }) => message), [
      "Cannot train from these weights: array 'conv1.weight' must have the shape [64, 1, 7, 7], got [64, 3, 7, 7].",
    ]);
  });

  it("is read from every type of numbers that PyTorch trains in", async () => {
    const file = fileOf([
      { name: "1.weight", dtype: "F16", shape: [2], bytes: bytes(Uint16Array.of(0x3e00, 0xc000)) },
      { name: "1.bias", dtype: "BF16", shape: [2], bytes: bytes(Uint16Array.of(0x3fc0, 0xc000)) },
      { name: "1.running_mean", dtype: "F64", shape: [2], bytes: bytes(Float64Array.of(1.5, -2)) },
      { name: "1.running_var", dtype: "F32", shape: [2], bytes: bytes(Float32Array.of(1.5, 2)) },
      {
        name: "1.num_batches_tracked",
        dtype: "I64",
        shape: [],
        bytes: bytes(BigInt64Array.of(7n)),
      },
      { name: "2.weight", dtype: "F32", shape: [2, 2], bytes: bytes(Float32Array.of(1, 2, 3, 4)) },
      { name: "2.bias", dtype: "I32", shape: [2], bytes: bytes(Int32Array.of(5, -6)) },
    ]);
    const path = folder.join("torch.safetensors");
    await Deno.writeFile(path, file);
    using opened = await openWeights(path);
    assertEquals(weightsProblems(opened.arrays, NETWORK, []), []);
    const copy = folder.join("copy.safetensors");
    const { sha256 } = await writeCheckpointFile(copy, copyWeights(opened, NETWORK));
    const state = await readWeights(copy, NETWORK, sha256);
    assertEquals(Object.fromEntries(state.map(({ name, values }) => [name, [...values]])), {
      "1.weight": [1.5, -2],
      "1.bias": [1.5, -2],
      "1.running_mean": [1.5, -2],
      "1.running_var": [1.5, 2],
      "1.num_batches_tracked": [7],
      "2.weight": [1, 2, 3, 4],
      "2.bias": [5, -6],
    });
    assert(state.every(({ shape, values }) => elementCount(shape) === values.length));
    const changed = await Deno.readFile(copy);
    changed[changed.length - 1] = 1;
    await Deno.writeFile(copy, changed);
    const error = await assertRejects(() => readWeights(copy, NETWORK, sha256), CheckpointError);
    assertEquals(error.kind, "damaged");
  });

  it("refuses types that no weights have", async () => {
    const path = folder.join("int8.safetensors");
    const array = { name: "1.weight", dtype: "I8", shape: [2], bytes: new Uint8Array(2) };
    await Deno.writeFile(path, fileOf([array]));
    await assertRejects(
      () => openWeights(path, "int8"),
      CheckpointError,
      "must be of F64, F32, F16, BF16, I64, I32, got I8",
    );
  });
});
