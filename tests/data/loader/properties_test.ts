/** The rules of PyTorch's documentation for samplers and the DataLoader, with any options and any weights. */
import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import { DataLoader } from "../../../data/loader/loader.ts";
import {
  BatchSampler,
  RandomSampler,
  SequentialSampler,
  SubsetRandomSampler,
  WeightedRandomSampler,
} from "../../../data/loader/samplers.ts";
import { forAll, forAllAsync } from "../../support/for_all.ts";

const seeds = fc.integer({ min: 0, max: 0x7fffffff });
const lengths = fc.integer({ min: 1, max: 40 });
const epochs = fc.integer({ min: 1, max: 1000 });

/** Weights at the ends of float64 and between them. */
const weights = fc.array(
  fc.oneof(
    fc.constantFrom(0, 5e-324, 2 ** -1022, 1, Number.MAX_VALUE),
    fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }),
  ),
  { minLength: 1, maxLength: 20 },
).filter((weights) => weights.some((weight) => weight > 0));

const upTo = (length: number) => Array.from({ length }, (_, index) => index);
const sorted = (numbers: Iterable<number>) => [...numbers].sort((a, b) => a - b);

/** Cuts indices into batches as the documentation describes it. */
function cut(indices: readonly number[], size: number, dropLast: boolean): (readonly number[])[] {
  const count = indices.length / size;
  return Array.from(
    { length: dropLast ? Math.floor(count) : Math.ceil(count) },
    (_, batch) => indices.slice(batch * size, (batch + 1) * size),
  );
}

describe("RandomSampler()", () => {
  it("draws each index equally often, up to one, without replacement", () => {
    forAll([lengths, fc.integer({ min: 1, max: 99 }), seeds, epochs], (...any) => {
      const [length, numSamples, generator, epoch] = any;
      const sampler = RandomSampler({ length }, { numSamples, generator });
      const drawn = [...sampler.epoch(epoch)];
      assertEquals([drawn.length, sampler.length], [numSamples, numSamples]);
      const counts = upTo(length).map((index) => drawn.filter((one) => one === index).length);
      assertEquals(counts.reduce((a, b) => a + b), numSamples);
      assert(Math.max(...counts) - Math.min(...counts) <= 1);
      assertEquals([...sampler.epoch(epoch)], drawn);
    });
  });

  it("draws only what is there with replacement", () => {
    forAll([lengths, fc.integer({ min: 1, max: 99 }), seeds, epochs], (...any) => {
      const [length, numSamples, generator, epoch] = any;
      const options = { numSamples, generator, replacement: true };
      const drawn = [...RandomSampler({ length }, options).epoch(epoch)];
      assertEquals(drawn.length, numSamples);
      assert(drawn.every((index) => Number.isInteger(index) && index >= 0 && index < length));
    });
  });
});

describe("SubsetRandomSampler()", () => {
  it("gives each of its indices once, whatever they are", () => {
    forAll([fc.array(fc.double({ noNaN: true })), seeds, epochs], (...any) => {
      const [indices, generator, epoch] = any;
      const drawn = SubsetRandomSampler(indices, { generator }).epoch(epoch);
      assertEquals(sorted(drawn), sorted(indices));
    });
  });
});

describe("WeightedRandomSampler()", () => {
  it("draws what was asked for, and only what has a weight", () => {
    forAll([weights, fc.integer({ min: 1, max: 99 }), seeds, epochs], (...any) => {
      const [weights, numSamples, generator, epoch] = any;
      const drawn = [...WeightedRandomSampler(weights, numSamples, { generator }).epoch(epoch)];
      assertEquals(drawn.length, numSamples);
      assert(drawn.every((index) => (weights[index] ?? 0) > 0));
    });
  });

  it("draws everything that has a weight once without replacement", () => {
    forAll([weights, seeds, epochs], (weights, generator, epoch) => {
      const heavy = upTo(weights.length).filter((index) => (weights[index] ?? 0) > 0);
      const options = { generator, replacement: false };
      const sampler = WeightedRandomSampler(weights, heavy.length, options);
      assertEquals(sorted(sampler.epoch(epoch)), heavy);
    });
  });
});

describe("BatchSampler()", () => {
  it("cuts the order into batches", () => {
    forAll([fc.array(fc.nat()), fc.integer({ min: 1, max: 9 }), fc.boolean()], (...any) => {
      const [indices, batchSize, dropLast] = any;
      const sampler = BatchSampler(indices, { batchSize, dropLast });
      const expected = cut(indices, batchSize, dropLast);
      for (const epoch of [1, 2]) assertEquals([...sampler.epoch(epoch)], expected);
      assertEquals(sampler.length, expected.length);
    });
  });
});

describe("DataLoader()", () => {
  const orders = fc.constantFrom("order", "shuffle", "sampler", "batchSampler");

  it("gives the batches of its sampler in every epoch, for all options", async () => {
    const any = [lengths, fc.integer({ min: 1, max: 9 }), fc.boolean(), orders, seeds] as const;
    await forAllAsync([...any], async (length, batchSize, dropLast, kind, generator) => {
      const dataset = upTo(length);
      const sampler = RandomSampler({ length }, { generator });
      const made = {
        order: { options: { batchSize, dropLast }, order: SequentialSampler({ length }) },
        shuffle: { options: { batchSize, dropLast, shuffle: true, generator }, order: sampler },
        sampler: { options: { batchSize, dropLast, sampler }, order: sampler },
        batchSampler: {
          options: { batchSampler: BatchSampler(sampler, { batchSize, dropLast }) },
          order: sampler,
        },
      }[kind];
      const loader = DataLoader(dataset, {
        ...made.options,
        collateFn: (all: readonly number[]) => all,
      });
      for (const epoch of [1, 2]) {
        const expected = cut([...made.order.epoch(epoch)], batchSize, dropLast);
        assertEquals(await Array.fromAsync(loader), [...expected], `${kind} in epoch ${epoch}`);
        assertEquals(loader.length, expected.length);
      }
    });
  });
});
