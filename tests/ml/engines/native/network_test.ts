/** Trained networks in the native engine: their predictions are those of WebAssembly, in batches of any size. */
import { assert, assertEquals } from "@std/assert";
import { before, describe, it } from "@std/testing/bdd";
import { randomStream } from "../../../../data/random.ts";
import type { LoadedNetwork } from "../../../../ml/engines/loaded_network.ts";
import { loadNetwork, type NetworkOptions } from "../../../../ml/engines/native/network.ts";
import { loadNetwork as loadInWasm } from "../../../../ml/engines/wasm/network.ts";
import { elementCount } from "../../../../ml/graph/tensor.ts";
import type { Network } from "../../../../ml/network/network.ts";
import { RECIPES } from "../../../../ml/spec/recipes.ts";
import { modelOf, type TriedModel, triedModels } from "../../../exports/models.ts";
import { assertFails, assertThrowsMatch } from "../../../support/errors.ts";
import { nativeLibrary } from "../../support/native.ts";

const TOLERANCE = 1e-5;

function farthest(values: Float32Array, expected: Float32Array): number {
  assertEquals(values.length, expected.length);
  return values.reduce(
    (most, value, at) => Math.max(most, Math.abs(value - (expected[at] ?? NaN))),
    0,
  );
}

function imagesOf({ inputShape }: Network, count: number): Uint8Array {
  const stream = randomStream(count, "init", 3);
  return Uint8Array.from({ length: count * elementCount(inputShape) }, () => stream.int(0, 255));
}

describe("a network in the native engine", () => {
  const options: NetworkOptions = { library: nativeLibrary(), threads: 2, memoryBytes: 1e9 };
  let models: readonly TriedModel[];
  before(async () => {
    models = await triedModels();
  });

  async function using<T>(
    { network, weights }: Pick<TriedModel["model"], "network" | "weights">,
    use: (loaded: LoadedNetwork) => Promise<T>,
    changed: Partial<NetworkOptions> = {},
  ): Promise<T> {
    const loaded = loadNetwork(network, weights, { ...options, ...changed });
    try {
      return await use(loaded);
    } finally {
      loaded.dispose();
    }
  }

  it("gives the probabilities of WebAssembly for every layer, preset and random network", async () => {
    for (const { name, model, samples, probabilities } of models) {
      const native = await using(model, async (loaded) => await loaded.classify(samples));
      const distance = farthest(native.probabilities, probabilities);
      assert(distance <= TOLERANCE, `${name}: ${distance}`);
    }
  });

  for (const recipe of ["BASIC_CNN", "WIDE_KERNEL_CNN"] as const) {
    it(`gives the same numbers for a sample of ${recipe} in a batch of any size`, async () => {
      const { network, weights } = modelOf(RECIPES[recipe].network);
      const all = imagesOf(network, 43);
      const size = elementCount(network.inputShape);
      const wasm = await loadInWasm(network, weights);
      const expected = await wasm.classify(all);
      wasm.dispose();
      await using({ network, weights }, async (loaded) => {
        const whole = await loaded.classify(all);
        assertEquals(whole.predicted, expected.predicted);
        assert(farthest(whole.probabilities, expected.probabilities) <= TOLERANCE);
        assert(farthest(whole.logits, expected.logits) <= 1e-4);
        for (const count of [1, 2, 7, 8, 9, 31, 32, 33]) {
          const part = await loaded.classify(all.subarray(0, count * size));
          assertEquals(part.logits, whole.logits.slice(0, count * 10), `a batch of ${count}`);
        }
      });
    });
  }

  it("takes smaller batches where memory is short, and refuses a network whose sample does not fit", async () => {
    const { network, weights } = modelOf(RECIPES.DROPOUT_CNN.network);
    const images = imagesOf(network, 32);
    const expected = await using({ network, weights }, async (loaded) => {
      const answers = await loaded.classify(images);
      return { ...answers, bytes: loaded.bytes() };
    });
    const memoryBytes = expected.bytes - 1;
    await using({ network, weights }, async (loaded) => {
      const { logits } = await loaded.classify(images);
      assertEquals(logits, expected.logits);
      assert(loaded.bytes() <= memoryBytes);
    }, { memoryBytes });
    await using({ network, weights }, async (loaded) => {
      await assertFails(
        async () => await loaded.classify(images),
        /^NativeEngineError: Cannot predict by this network: its memory must be at most 1000 bytes/,
      );
    }, { memoryBytes: 1000 });
  });

  it("refuses samples that are not whole, and weights that are incomplete", async () => {
    const { network, weights } = modelOf(RECIPES.BASIC_CNN.network);
    await using({ network, weights }, async (loaded) => {
      await assertFails(
        async () => await loaded.classify(new Uint8Array(785)),
        /images must be of 784 bytes each, got 785 bytes/,
      );
    });
    assertThrowsMatch(
      () => loadNetwork(network, weights.slice(1), options),
      /there is no array 'conv1\.weight'/,
    );
  });
});
