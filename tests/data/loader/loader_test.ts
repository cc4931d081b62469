/** The DataLoader in one thread: the engines' order, PyTorch's semantics, PyTorch's refusals. */
import {
  assert,
  assertEquals,
  assertMatch,
  assertNotEquals,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import { forAllAsync } from "../../support/for_all.ts";
import { assertFails, assertThrowsMatch } from "../../support/errors.ts";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import type { AnyDataset } from "../../../data/loader/fetcher.ts";
import { DataLoader } from "../../../data/loader/loader.ts";
import type { AllOptions } from "../../../data/loader/options.ts";
import { MNIST } from "../../../data/mnist.ts";
import { epochOrder } from "../../../data/random.ts";
import { imageSamples } from "../../../data/samples.ts";
import { SequentialSampler, SubsetRandomSampler } from "../../../data/loader/samplers.ts";
import type { Tensor } from "../../../data/tensor.ts";
import { ToTensor } from "../../../data/transforms/transforms.ts";
import { mnistPerSuite } from "../files.ts";
import { tinyImages } from "../tiny.ts";

/** The numbers of each batch of a loader of numbers. */
async function numbers(batches: AsyncIterable<Tensor>): Promise<number[][]> {
  return await Array.fromAsync(batches, ({ data }) => [...data]);
}

describe("DataLoader() and the training engines", () => {
  const mnist = mnistPerSuite();

  it("take the same batches from MNIST for the same seed, epoch after epoch", async () => {
    const train = await MNIST(mnist.path, { train: true, transform: ToTensor() });
    const { images, labels, count } = train.resident;
    const loader = DataLoader(train, { batchSize: 32, shuffle: true, generator: 42 });
    assertEquals(loader.length, 1875);
    for (const epoch of [1, 2]) {
      const order = epochOrder(42, epoch, count);
      let step = 0;
      for await (const [inputs, targets] of loader) {
        const batch = order.subarray(step * 32, step * 32 + 32);
        if (step % 100 === 0) {
          assertEquals(inputs.shape, [32, 1, 28, 28]);
          assert(inputs.data instanceof Float32Array);
          const expected = Float32Array.from(
            { length: 32 * 784 },
            (_, at) => (images[(batch[Math.floor(at / 784)] ?? 0) * 784 + at % 784] ?? 0) / 255,
          );
          assertEquals(inputs.data, expected);
        }
        assertEquals(targets, { shape: [32], data: batch.map((index) => labels[index] ?? 0) });
        step++;
      }
      assertEquals(step, 1875);
    }
    const [, targets] = await loader.batch(2, 7);
    const seventh = epochOrder(42, 2, count).subarray(192, 224);
    assertEquals(targets.data, seventh.map((index) => labels[index] ?? 0));
  });

  it("take the same batches from any dataset, seed, epoch and batch size", async () => {
    const upTo = (max: number) => fc.integer({ min: 1, max });
    const any = [upTo(50), upTo(20), upTo(0x7fffffff), upTo(500)] as const;
    await forAllAsync(any, async (count, batchSize, generator, epoch) => {
      const resident = tinyImages(count);
      const options = { batchSize, shuffle: true, generator };
      const loader = DataLoader(imageSamples(resident), options);
      const order = epochOrder(generator, epoch, count);
      let start = 0;
      for await (const [inputs, targets] of loader.epoch(epoch)) {
        const batch = order.subarray(start, start += batchSize);
        assertEquals(inputs.shape, [batch.length, 1, 4, 3]);
        const pixels = [...batch].flatMap((index) => [
          ...resident.images.subarray(index * 12, index * 12 + 12),
        ]);
        assertEquals(inputs.data, Float32Array.from(pixels, (pixel) => pixel / 255));
        assertEquals(targets.data, batch.map((index) => resident.labels[index] ?? 0));
      }
      assert(start >= count);
    });
  });
});

describe("DataLoader()", () => {
  it("gives one sample a batch, in order, by default", async () => {
    const loader = DataLoader([5, 6, 7]);
    assertEquals(await numbers(loader), [[5], [6], [7]]);
    assertEquals(loader.length, 3);
    assertEquals(loader.batchSize, 1);
  });

  it("gives a smaller last batch, or drops it", async () => {
    const data = [0, 1, 2, 3, 4];
    assertEquals(await numbers(DataLoader(data, { batchSize: 2 })), [[0, 1], [2, 3], [4]]);
    const dropping = DataLoader(data, { batchSize: 2, dropLast: true });
    assertEquals(await numbers(dropping), [[0, 1], [2, 3]]);
    assertEquals([dropping.length, DataLoader(data, { batchSize: 2 }).length], [2, 3]);
    assertEquals(await numbers(DataLoader([1, 2], { batchSize: 4096 })), [[1, 2]]);
  });

  it("shuffles anew each epoch, and the same for the same seed", async () => {
    const data = Array.from({ length: 50 }, (_, index) => index);
    const loader = DataLoader(data, { batchSize: 50, shuffle: true, generator: 9 });
    const first = await numbers(loader);
    const second = await numbers(loader);
    assertNotEquals(first, second);
    assertEquals(await numbers(loader.epoch(1)), first);
    const again = DataLoader(data, { batchSize: 50, shuffle: true, generator: 9 });
    assertEquals(await numbers(again), first);
    assertEquals(await numbers(again), second);
  });

  it("draws a seed where it is given none, and tells it", async () => {
    const data = Array.from({ length: 50 }, (_, index) => index);
    const loader = DataLoader(data, { batchSize: 50, shuffle: true });
    const same = DataLoader(data, { batchSize: 50, shuffle: true, generator: loader.generator });
    assertEquals(await numbers(loader), await numbers(same));
    assertNotEquals(DataLoader(data).generator, DataLoader(data).generator);
  });

  it("takes its order from a sampler, a plain list of indices, or batches of them", async () => {
    const data = [10, 11, 12, 13, 14];
    const subset = SubsetRandomSampler([4, 2, 0], { generator: 1 });
    const sampled = DataLoader(data, { sampler: subset, batchSize: 3 });
    assertEquals((await numbers(sampled)).flat().sort(), [10, 12, 14]);
    assertEquals(await numbers(sampled.epoch(3)), [
      [...subset.epoch(3)].map((index) => data[index]),
    ]);
    const listed = DataLoader(data, { sampler: [3, 3, 0], batchSize: 2 });
    assertEquals(await numbers(listed), [[13, 13], [10]]);
    assertEquals(await numbers(listed), [[13, 13], [10]]);
    const batched = DataLoader(data, { batchSampler: [[0, 1, 2], [4]] });
    assertEquals(await numbers(batched), [[10, 11, 12], [14]]);
    assertEquals(batched.length, 2);
    assertEquals(batched.batchSize, null);
  });

  it("puts nothing together with batchSize null", async () => {
    const loader = DataLoader([1, 2], { batchSize: null, shuffle: false });
    const samples: number[] = await Array.fromAsync(loader);
    assertEquals(samples, [1, 2]);
    assertEquals(loader.length, 2);
    const mapped = DataLoader([1, 2], { batchSize: null, collateFn: (sample) => `<${sample}>` });
    assertEquals(await Array.fromAsync(mapped), ["<1>", "<2>"]);
    const arrays = DataLoader([Float32Array.of(1)], { batchSize: null });
    const tensors: Tensor<Float32Array>[] = await Array.fromAsync(arrays);
    assertEquals(tensors, [{ shape: [1], data: Float32Array.of(1) }]);
  });

  it("puts samples together with a collateFn, which may take its time", async () => {
    const collateFn = (samples: readonly number[]) => Promise.resolve(samples.join("+"));
    const loader = DataLoader([1, 2, 3], { batchSize: 2, collateFn });
    const batches: string[] = await Array.fromAsync(loader);
    assertEquals(batches, ["1+2", "3"]);
  });

  it("reads datasets whose samples take their time, and tells them the epoch", async () => {
    const at = (index: number, epoch: number) => Promise.resolve(index * epoch);
    const dataset = { length: 3, at };
    const loader = DataLoader(dataset, { batchSize: 3 });
    assertEquals(await numbers(loader), [[0, 1, 2]]);
    assertEquals(await numbers(loader), [[0, 2, 4]]);
    assertEquals(await numbers(loader.epoch(10)), [[0, 10, 20]]);
  });

  it("reads iterables, as long as they last", async () => {
    async function* stream() {
      for (const number of [1, 2, 3, 4, 5]) yield await Promise.resolve(number);
    }
    const dataset = { [Symbol.asyncIterator]: stream };
    assertEquals(await numbers(DataLoader(dataset, { batchSize: 2 })), [[1, 2], [3, 4], [5]]);
    const dropping = DataLoader(dataset, { batchSize: 2, dropLast: true });
    assertEquals(await numbers(dropping), [[1, 2], [3, 4]]);
    assertEquals(await Array.fromAsync(DataLoader(dataset, { batchSize: null })), [1, 2, 3, 4, 5]);
    assertThrowsMatch(() => dropping.length, { name: "TypeError", message: /must have one/ });
    const sized = { ...dataset, length: 5 };
    assertEquals(DataLoader(sized, { batchSize: 2 }).length, 3);
    assertEquals(DataLoader(sized, { batchSize: 2, dropLast: true }).length, 2);
    assertEquals(DataLoader(sized, { batchSize: null }).length, 5);
    assertEquals(await numbers(DataLoader(new Set([7, 8]), { batchSize: 2 })), [[7, 8]]);
    await assertRejects(() => DataLoader(dataset).batch(1, 1), TypeError);
  });

  it("gives no batches of an empty dataset", async () => {
    assertEquals(await numbers(DataLoader<number>([], { batchSize: 2 })), []);
    assertEquals(DataLoader([], { batchSize: 2 }).length, 0);
  });

  it("loads a single batch of an epoch without those before it", async () => {
    const asked: number[] = [];
    const at = (index: number) => {
      asked.push(index);
      return index;
    };
    const dataset = { length: 10, at };
    const loader = DataLoader(dataset, { batchSize: 3, shuffle: true, generator: 4 });
    const all = await numbers(loader.epoch(2));
    asked.length = 0;
    assertEquals([...(await loader.batch(2, 3)).data], all[2]);
    assertEquals(asked, all[2]);
    const message = "Cannot load batch 5 of epoch 2: the epoch has 4 batches.";
    await assertFails(loader.batch(2, 5), { name: "RangeError", message });
    await assertFails(loader.batch(2, 0), { message: /Cannot load batch 0: its number must be/ });
    await assertFails(loader.batch(0, 1), { message: /Cannot load epoch 0: its number must be/ });
    assertThrows(() => loader.epoch(1.5), RangeError);
  });

  it("says which sample does not exist when a sampler asks for one", async () => {
    const loader = DataLoader([1, 2], { sampler: [0, 2] });
    const message = "Cannot load sample 2: the index must be between 0 and 1.";
    await assertFails(numbers(loader), { name: "RangeError", message });
  });

  it("passes on the error of a dataset as it is, after the batches before it", async () => {
    const broken = new Error("the disk is away");
    const at = (index: number) => {
      if (index === 2) throw broken;
      return index;
    };
    const taken: number[][] = [];
    const error = await assertRejects(async () => {
      for await (const { data } of DataLoader({ length: 3, at })) taken.push([...data]);
    });
    assertStrictEquals(error, broken);
    assertEquals(taken, [[0], [1]]);
  });

  it("tells the length only where the sampler knows it", () => {
    assertEquals(DataLoader([1, 2, 3], { sampler: new Set([0, 1]), batchSize: 2 }).length, 1);
    const endless = DataLoader([1], { sampler: { [Symbol.iterator]: () => [0].values() } });
    assertThrowsMatch(() => endless.length, { name: "TypeError", message: /sampler must have/ });
  });
});

const iterable = { [Symbol.iterator]: () => [1].values() };
const workerModule = import.meta.url;

/** Options of any kind, as JavaScript may give them. */
type AnyOptions = { readonly [option: string]: unknown };

/** A use of DataLoader() that PyTorch refuses with the error, or takes or ignores where that is null. */
type Refused = readonly [
  pytorch: string | null,
  options: AnyOptions,
  says: RegExp,
  error?: "TypeError" | undefined,
  dataset?: unknown,
];

const EXCLUSIVE = "batch_sampler option is mutually exclusive with batch_size, shuffle, sampler, " +
  "and drop_last";
const UNSPECIFIED = "DataLoader with IterableDataset: expected unspecified";
const inWorker = { numWorkers: 1, workerModule };

const REFUSED: readonly Refused[] = [
  [
    "num_workers option should be non-negative; use num_workers=0 to disable multiprocessing.",
    { numWorkers: -1 },
    /numWorkers must be a whole number of at least 0, got -1\.$/,
  ],
  [
    "timeout option should be non-negative",
    { ...inWorker, timeout: -1 },
    /timeout must be a number of seconds of at least 0, got -1\.$/,
  ],
  [
    "prefetch_factor option could only be specified in multiprocessing.",
    { prefetchFactor: 2 },
    /prefetchFactor must be left out unless numWorkers is above 0\.$/,
  ],
  [
    "prefetch_factor option should be non-negative",
    { ...inWorker, prefetchFactor: -1 },
    /prefetchFactor must be a whole number of at least 1, got -1\.$/,
  ],
  [
    "persistent_workers option needs num_workers > 0",
    { persistentWorkers: true },
    /persistentWorkers must be left out unless numWorkers is above 0\.$/,
  ],
  [
    "(an assertion when it is iterated) timeout without workers",
    { timeout: 5 },
    /timeout must be left out unless numWorkers is above 0\.$/,
  ],
  [
    "sampler option is mutually exclusive with shuffle",
    { sampler: SequentialSampler([1]), shuffle: true },
    /sampler must not be given together with shuffle\.$/,
  ],
  ...Object.entries({ batchSize: 2, shuffle: true, sampler: [0], dropLast: true }).map(
    ([option, value]): Refused => [
      `${EXCLUSIVE} (${option})`,
      { batchSampler: [[0]], [option]: value },
      /batchSampler must not be given together with batchSize, shuffle, sampler or dropLast\.$/,
    ],
  ),
  [
    "batch_size=None option disables auto-batching and is mutually exclusive with drop_last",
    { batchSize: null, dropLast: true },
    /dropLast must not be given with batchSize null/,
  ],
  ...[0, -1, 1.5, NaN, "32"].map((batchSize): Refused => [
    `batch_size should be a positive integer value, but got batch_size=${batchSize}`,
    { batchSize },
    new RegExp(`batchSize must be a whole number of at least 1, got ${batchSize}\\.$`),
  ]),
  [
    "num_samples should be a positive integer value, but got num_samples=0 (shuffle, empty dataset)",
    { shuffle: true },
    /numSamples must be a whole number of at least 1, got 0\.$/,
    undefined,
    [],
  ],
  ...Object.entries({ shuffle: true, sampler: [0], batchSampler: [[0]] }).map(
    ([option, value]): Refused => [
      `${UNSPECIFIED} ${option} option`,
      { [option]: value },
      new RegExp(`${option} must be left out for an iterable dataset`),
      undefined,
      iterable,
    ],
  ),
  [
    "__init__() got an unexpected keyword argument 'batchsize'",
    { batchsize: 32 },
    /options must be among batchSize, .*, got batchsize\.$/,
    "TypeError",
  ],
  ["object of type 'NoneType' has no len()", {}, /must be an object, got null/, "TypeError", null],
  [
    "object of type 'coroutine' has no len()",
    {},
    /must have at\(\) and length, or be iterable, got a promise: await it\.$/,
    "TypeError",
    Promise.resolve([]),
  ],
  [null, { batch_size: 32 }, /got batch_size\. Here it is called batchSize\.$/, "TypeError"],
  [null, { pinMemory: true }, /pinMemory must be false: batches are/],
  [null, { pin_memory_device: "cuda" }, /pinMemoryDevice must be left out: batches are JavaScript/],
  [null, { multiprocessingContext: "spawn" }, /Context must be left out: workers are threads/],
  [null, { workerInitFn: () => {} }, /workerInitFn must be left out unless/],
  [null, { inOrder: false }, /inOrder must be left out unless/],
  [null, { workerModule }, /workerModule must be left out unless/],
  [
    null,
    { numWorkers: 2 },
    /workerModule must be given with numWorkers above 0: .* functions cannot/,
  ],
  [null, { numWorkers: 2, workerModule: "./mine.ts" }, /an absolute address, .* got \.\/mine\.ts/],
  [null, { generator: -1 }, /generator must be a seed, .* got -1\.$/],
  [null, { generator: 2 ** 31 }, /generator must be a seed/],
];

describe("DataLoader() refuses", () => {
  for (const [pytorch, options, says, error = "RangeError", dataset = [1, 2, 3]] of REFUSED) {
    const title = pytorch === null
      ? `${Object.keys(options).join(" with ")} of a kind that PyTorch takes or ignores`
      : `as PyTorch: ${pytorch}`;
    it(title, () => {
      const thrown = assertThrows(() =>
        DataLoader(
          dataset as AnyDataset,
          options as AllOptions & { batchSize?: number; collateFn?: undefined },
        ), Error);
      assertEquals(thrown.name, error, thrown.message);
      assertMatch(thrown.message, /^Cannot make a (DataLoader|RandomSampler): /);
      assertMatch(thrown.message, says);
    });
  }

  it("nothing that is given as its default", () => {
    const loader = DataLoader([1], {
      batchSize: 1,
      shuffle: false,
      numWorkers: 0,
      pinMemory: false,
      dropLast: false,
      timeout: 0,
      persistentWorkers: false,
      inOrder: true,
    });
    assertEquals(loader.numWorkers, 0);
  });
});

describe("a DataLoader loads nothing that was not asked for", () => {
  const letters = ["a", "b", "c"];

  it("fails at the second epoch of an order that gives the same iterator again", async () => {
    const indices = [2, 0].values();
    const loader = DataLoader(letters, { sampler: { [Symbol.iterator]: () => indices } });
    assertEquals((await Array.fromAsync(loader)).length, 2);
    const again = Array.fromAsync(loader);
    await assertFails(again, /^TypeError: .*got the iterator of an earlier epoch/);
  });

  it("refuses an order that can be iterated only once, as its second epoch would be empty", () => {
    const message = /must be iterable more than once.* got an iterator/;
    const refused = [
      () => DataLoader(letters, { sampler: [2, 1].values() }),
      () => DataLoader(letters, { batchSampler: [[0, 1], [2]].values() }),
      () => DataLoader((function* () {})()),
      () => DataLoader((async function* () {})()),
    ];
    for (const make of refused) assertThrowsMatch(make, { name: "TypeError", message });
  });

  it("gives every epoch of an order that can be iterated again", async () => {
    const sampler = new Set([2, 0]);
    const loader = DataLoader(letters, { sampler, collateFn: (samples) => samples });
    for (let epoch = 1; epoch <= 3; epoch++) {
      assertEquals(await Array.fromAsync(loader), [["c"], ["a"]]);
    }
  });

  it("refuses indices that are no whole number, and none is rounded, wrapped or counted from the end", async () => {
    for (const index of [NaN, 1.7, -0.5, -1, 3, 2 ** 31, 2 ** 32, "1" as unknown as number]) {
      const orders = [[index], SubsetRandomSampler([index], { generator: 1 })];
      for (const sampler of orders) {
        const rule = new RegExp(`Cannot load sample ${index}: the index must be between 0 and 2`);
        await assertFails(Array.fromAsync(DataLoader(letters, { sampler })), rule);
      }
    }
  });
});
