/** The samplers: what they draw, how often, and what they refuse. */
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { forAll } from "../../support/for_all.ts";
import { assertThrowsMatch } from "../../support/errors.ts";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import { epochOrder } from "../../../data/random.ts";
import {
  BatchSampler,
  RandomSampler,
  SequentialSampler,
  SubsetRandomSampler,
  WeightedRandomSampler,
} from "../../../data/loader/samplers.ts";

const lengths = fc.integer({ min: 1, max: 60 });
const seeds = fc.integer({ min: 0, max: 0x7fffffff });
const epochs = fc.integer({ min: 1, max: 1000 });

describe("SequentialSampler()", () => {
  it("counts up", () => {
    assertEquals([...SequentialSampler({ length: 4 })], [0, 1, 2, 3]);
    assertEquals([...SequentialSampler([])], []);
    assertEquals(SequentialSampler([5, 6]).length, 2);
  });
});

describe("RandomSampler()", () => {
  it("gives the order of the training engines for a seed and an epoch", () => {
    forAll([lengths, seeds, epochs], (length, generator, epoch) => {
      const sampler = RandomSampler({ length }, { generator });
      assertEquals([...sampler.epoch(epoch)], [...epochOrder(generator, epoch, length)]);
      assertEquals([...sampler.epoch(epoch)].sort((one, other) => one - other), [
        ...SequentialSampler({ length }),
      ]);
    });
  });

  it("takes the epochs in turn when it is iterated", () => {
    const sampler = RandomSampler({ length: 20 }, { generator: 3 });
    assertEquals([...sampler], [...epochOrder(3, 1, 20)]);
    assertEquals([...sampler], [...epochOrder(3, 2, 20)]);
  });

  it("draws the requested number, round after round without repeating within one", () => {
    forAll([lengths, seeds, fc.integer({ min: 1, max: 200 })], (length, generator, wanted) => {
      const sampler = RandomSampler({ length }, { generator, numSamples: wanted });
      const drawn = [...sampler.epoch(1)];
      assertEquals(drawn.length, wanted);
      assertEquals(sampler.length, wanted);
      for (let start = 0; start < wanted; start += length) {
        const round = drawn.slice(start, start + length);
        assertEquals(new Set(round).size, round.length);
        assert(round.every((index) => index >= 0 && index < length));
      }
    });
  });

  it("draws anew each time with replacement", () => {
    const sampler = RandomSampler({ length: 10 }, {
      replacement: true,
      numSamples: 5000,
      generator: 1,
    });
    const drawn = [...sampler.epoch(1)];
    const times = Array.from(
      { length: 10 },
      (_, index) => drawn.filter((one) => one === index).length,
    );
    assertEquals(drawn.length, 5000);
    assert(times.every((count) => count > 400 && count < 600), String(times));
    assertEquals([...sampler.epoch(1)], drawn);
    assertNotEquals([...sampler.epoch(2)], drawn);
  });

  it("draws another order each time where it has no seed", () => {
    const one = RandomSampler({ length: 100 }).epoch(1);
    const other = RandomSampler({ length: 100 }).epoch(1);
    assertNotEquals([...one], [...other]);
  });
});

describe("SubsetRandomSampler()", () => {
  it("gives the indices that it was given, shuffled, others in another epoch", () => {
    const indices = Int32Array.from({ length: 30 }, (_, at) => at * 3);
    const sampler = SubsetRandomSampler(indices, { generator: 1 });
    const first = [...sampler.epoch(1)];
    assertNotEquals(first, [...indices]);
    assertEquals(first.toSorted((one, other) => one - other), [...indices]);
    assertNotEquals([...sampler.epoch(2)], first);
    assertEquals(sampler.length, 30);
    assertEquals([...SubsetRandomSampler([])], []);
  });
});

describe("WeightedRandomSampler()", () => {
  it("draws in proportion to the weights, and never what has weight 0", () => {
    const sampler = WeightedRandomSampler([1, 0, 3, 0, 6, 0], 10_000, { generator: 1 });
    const drawn = [...sampler];
    const share = (index: number) => drawn.filter((one) => one === index).length / drawn.length;
    [0.1, 0, 0.3, 0, 0.6, 0].forEach((expected, index) => {
      assert(Math.abs(share(index) - expected) < (expected === 0 ? 1e-9 : 0.02), String(index));
    });
  });

  it("draws nothing twice without replacement, and never what has weight 0", () => {
    const weights = fc.array(
      fc.oneof(fc.constant(0), fc.double({ min: 1e-6, max: 1e6, noNaN: true })),
      { minLength: 1, maxLength: 40 },
    ).filter((values) => values.some((value) => value > 0));
    forAll([weights, seeds], (values, generator) => {
      const drawable = values.filter((value) => value > 0).length;
      const drawn = [...WeightedRandomSampler(values, drawable, { replacement: false, generator })];
      assertEquals(new Set(drawn).size, drawable);
      assert(drawn.every((index) => (values[index] ?? 0) > 0));
    });
  });

  it("draws heavy weights first without replacement", () => {
    const sampler = WeightedRandomSampler([1, 9], 1, { replacement: false, generator: 4 });
    const heavy = Array.from({ length: 2000 }, (_, epoch) => [...sampler.epoch(epoch + 1)][0])
      .filter((index) => index === 1).length;
    assert(heavy > 1720 && heavy < 1880, String(heavy));
  });
});

describe("WeightedRandomSampler() at the ends of float64", () => {
  const draw = (weights: ArrayLike<number>, count: number, replacement = true) => [
    ...WeightedRandomSampler(weights, count, { generator: 1, replacement }),
  ];
  const shareOf = (index: number, drawn: readonly number[]) =>
    drawn.filter((one) => one === index).length / drawn.length;

  it("draws odd and even indices of 2 ** 25 equal weights alike", () => {
    const drawn = draw(new Float64Array(2 ** 25).fill(1), 20_000);
    const odd = drawn.filter((index) => index % 2 === 1).length / drawn.length;
    assert(Math.abs(odd - 0.5) < 0.02, String(odd));
    assert(new Set(drawn).size > 19_900);
  });

  it("draws in proportion whether weights are the largest or the smallest numbers", () => {
    for (const unit of [Number.MIN_VALUE, 1e-300, 1e300, Number.MAX_VALUE / 4]) {
      const drawn = draw([unit, 0, 3 * unit, 0], 4_000);
      assert(Math.abs(shareOf(0, drawn) - 0.25) < 0.03, String(unit));
      assert(Math.abs(shareOf(2, drawn) - 0.75) < 0.03, String(unit));
    }
  });

  it("ignores no small weight beside a large one", () => {
    // A running sum of 2 ** 53 and of ones stays 2 ** 53.
    const ones = 2 ** 17;
    const weights = new Float64Array(ones + 1).fill(2 ** 36);
    weights[0] = 2 ** 53;
    const drawn = draw(weights, 4_000);
    assert(Math.abs(shareOf(0, drawn) - 0.5) < 0.03);
    assert(new Set(drawn).size > 1_900);
  });

  it("takes the smallest weight before one of 0 without replacement", () => {
    const drawn = draw([0, Number.MIN_VALUE, 0, 1, Number.MAX_VALUE], 3, false);
    assertEquals(drawn.toSorted(), [1, 3, 4]);
  });

  it("never draws what has weight 0, whatever the other weights are", () => {
    const weight = fc.oneof(
      fc.constant(0),
      fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }),
    );
    const weights = fc.array(weight, { minLength: 1, maxLength: 30 })
      .filter((values) => values.some((value) => value > 0));
    forAll([weights, seeds], (values, generator) => {
      const drawn = [...WeightedRandomSampler(values, 200, { generator })];
      assertEquals(drawn.length, 200);
      assert(drawn.every((index) => (values[index] ?? 0) > 0));
    });
  });
});

describe("samplers of a source that changes", () => {
  it("refuse an epoch of a random order once it is empty, whatever was wanted", () => {
    for (const replacement of [false, true]) {
      const source = [1, 2];
      const sampler = RandomSampler(source, { numSamples: 3, replacement, generator: 1 });
      assertEquals([...sampler].length, 3);
      source.length = 0;
      assertThrowsMatch(() => [...sampler], {
        name: "RangeError",
        message: /length must be .* got 0/,
      });
    }
  });

  it("refuse a length that is no count", () => {
    for (const length of [NaN, -1, 1.5, Infinity]) {
      assertThrowsMatch(() => [...SequentialSampler({ length })], { name: "RangeError" });
      assertThrowsMatch(() => RandomSampler({ length }, { numSamples: 2 }), { name: "RangeError" });
    }
  });

  it("draw indices beyond 2 ** 31 as they are", () => {
    const drawn = [...RandomSampler({ length: 2 ** 40 }, {
      ...{ replacement: true, numSamples: 50, generator: 1 },
    })];
    assert(drawn.every((index) => index >= 0 && index < 2 ** 40));
    assert(drawn.some((index) => index >= 2 ** 31));
    assertEquals([...SubsetRandomSampler([2 ** 31])], [2 ** 31]);
  });
});

describe("SubsetRandomSampler()", () => {
  it("refuses what has no length, whose epochs would be empty", () => {
    for (const once of [(function* () {})(), new Set([1])]) {
      assertThrowsMatch(() => SubsetRandomSampler(once as unknown as number[]), {
        name: "TypeError",
        message: /indices must be an array, got something without a length/,
      });
    }
  });
});

describe("BatchSampler()", () => {
  it("refuses an order that can be iterated only once", () => {
    for (const once of [[1, 2].values(), new Set([1]).values(), (function* () {})()]) {
      assertThrowsMatch(() => BatchSampler(once, { batchSize: 1, dropLast: false }), {
        name: "TypeError",
        message: /sampler must be iterable more than once, .* got an iterator/,
      });
    }
  });

  it("cuts any order into batches, the last one smaller or dropped", () => {
    const sizes = fc.integer({ min: 1, max: 20 });
    forAll([lengths, sizes, fc.boolean()], (length, batchSize, dropLast) => {
      const sampler = BatchSampler(SequentialSampler({ length }), { batchSize, dropLast });
      const batches = [...sampler];
      assertEquals(sampler.length, batches.length);
      assert(batches.slice(0, -1).every((batch) => batch.length === batchSize));
      const kept = dropLast ? length - length % batchSize : length;
      assertEquals(batches.flat(), [...SequentialSampler({ length: kept })]);
    });
  });

  it("gives the examples of PyTorch's documentation", () => {
    const batches = (
      dropLast: boolean,
    ) => [...BatchSampler(SequentialSampler({ length: 10 }), { batchSize: 3, dropLast })];
    assertEquals(batches(false), [[0, 1, 2], [3, 4, 5], [6, 7, 8], [9]]);
    assertEquals(batches(true), [[0, 1, 2], [3, 4, 5], [6, 7, 8]]);
  });
});

/** Errors that torch.utils.data's samplers raise, and ours. */
const REFUSED: readonly {
  readonly pytorch: string;
  readonly make: () => unknown;
  readonly says: RegExp;
}[] = [
  {
    pytorch: "RandomSampler: num_samples should be a positive integer value, but got num_samples=0",
    make: () => RandomSampler([1, 2], { numSamples: 0 }),
    says: /RandomSampler: numSamples must be a whole number of at least 1, got 0\.$/,
  },
  {
    pytorch: "RandomSampler of an empty dataset: the same, of its length",
    make: () => RandomSampler([]),
    says: /RandomSampler: numSamples must be .* got 0\.$/,
  },
  {
    pytorch: "RandomSampler of an empty dataset with num_samples: ZeroDivisionError",
    make: () => RandomSampler([], { numSamples: 3 }),
    says: /RandomSampler: the source's length must be a whole number of at least 1, got 0\.$/,
  },
  {
    pytorch: "RandomSampler: replacement should be a boolean value, but got replacement=1",
    make: () => RandomSampler([1], { replacement: 1 as unknown as boolean }),
    says: /RandomSampler: replacement must be true or false, got 1\.$/,
  },
  {
    pytorch: "BatchSampler: batch_size should be a positive integer value, but got batch_size=0",
    make: () => BatchSampler([1], { batchSize: 0, dropLast: false }),
    says: /BatchSampler: batchSize must be a whole number of at least 1, got 0\.$/,
  },
  {
    pytorch: "BatchSampler: drop_last should be a boolean value, but got drop_last=None",
    make: () => BatchSampler([1], { batchSize: 1, dropLast: null as unknown as boolean }),
    says: /BatchSampler: dropLast must be true or false, got null\.$/,
  },
  {
    pytorch: "WeightedRandomSampler: num_samples should be a positive integer value",
    make: () => WeightedRandomSampler([1], 1.5),
    says: /WeightedRandomSampler: numSamples must be a whole number .* got 1\.5\.$/,
  },
  {
    pytorch: "multinomial: probability tensor contains either inf, nan or element < 0",
    make: () => WeightedRandomSampler([1, -1], 1),
    says: /each weight must be a number of at least 0, got -1\.$/,
  },
  {
    pytorch: "multinomial: invalid multinomial distribution (sum of probabilities <= 0)",
    make: () => WeightedRandomSampler([0, 0], 1),
    says: /the sum of weights must be above 0, got 0\.$/,
  },
  {
    pytorch: "multinomial: cannot sample n_sample > prob_dist.size(-1) samples without replacement",
    make: () => WeightedRandomSampler([1, 0, 1], 3, { replacement: false }),
    says: /at most the number of weights above 0 \(2\) without replacement, got 3\.$/,
  },
];

describe("the samplers refuse what PyTorch's refuse", () => {
  for (const { pytorch, make, says } of REFUSED) {
    it(pytorch, () => assertThrowsMatch(make, { name: "RangeError", message: says }));
  }
});
