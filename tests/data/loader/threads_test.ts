/** The DataLoader with workers: the same batches, PyTorch's prefetching, and every way in which workers fail. */
import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { assertFails } from "../../support/errors.ts";
import { describe, it } from "@std/testing/bdd";
import { join as joinPath } from "node:path";
import { DataLoader } from "../../../data/loader/loader.ts";
import { BatchSampler, RandomSampler, SequentialSampler } from "../../../data/loader/samplers.ts";
import type { Tensor } from "../../../data/tensor.ts";
import * as digits from "./modules/digits.ts";
import * as failsInWorkers from "./modules/fails_in_workers.ts";
import * as nested from "./modules/nested.ts";

const workerModule = import.meta.resolve("./modules/digits.ts");
const two = { numWorkers: 2, workerModule };

async function numbers(batches: AsyncIterable<Tensor>): Promise<number[][]> {
  return await Array.fromAsync(batches, ({ data }) => [...data]);
}

describe("DataLoader() with workers", () => {
  it("gives the same batches with any number of workers, also where chance is in them", async () => {
    for (const dataset of [digits.images, digits.augmented]) {
      const options = { batchSize: 4, shuffle: true, generator: 8 };
      const expected = await Array.fromAsync(DataLoader(dataset, options).epoch(3));
      for (const numWorkers of [1, 3]) {
        const loader = DataLoader(dataset, { ...options, numWorkers, workerModule });
        assertEquals(loader.numWorkers, numWorkers);
        assertEquals(await Array.fromAsync(loader.epoch(3)), expected);
        assertEquals(await loader.batch(3, 2), expected[1]);
      }
    }
  });

  it("takes the epochs in turn", async () => {
    const options = { batchSize: 23, shuffle: true, generator: 8 };
    const here = DataLoader(digits.numbers, options);
    const there = DataLoader(digits.numbers, { ...options, ...two });
    for (let epoch = 1; epoch <= 2; epoch++) {
      assertEquals(await numbers(there), await numbers(here));
    }
  });

  it("gives each batch to the workers in turn", async () => {
    const loader = DataLoader(digits.threads, { batchSize: 2, ...two });
    const ids = await Array.fromAsync(loader, ({ id }) => [...id.data]);
    assertEquals(ids, [[0, 0], [1, 1], [0, 0], [1, 1], [0, 0], [1, 1]]);
  });

  it("loads ahead prefetchFactor batches a worker, and never more", async () => {
    for (const [options, ahead] of [[{ prefetchFactor: 3 }, 6], [{}, 4]] as const) {
      let drawn = 0;
      const batchSampler = {
        *[Symbol.iterator]() {
          const options = { batchSize: 1, dropLast: false };
          for (const batch of BatchSampler(SequentialSampler(digits.numbers), options)) {
            drawn++;
            yield batch;
          }
        },
      };
      let taken = 0;
      for await (const _ of DataLoader(digits.numbers, { batchSampler, ...two, ...options })) {
        taken++;
        assertEquals(drawn, Math.min(ahead + taken, 23));
      }
      assertEquals(taken, 23);
    }
  });

  it("calls workerInitFn once in each worker, with its number, before it loads", async () => {
    const options = { batchSize: 1, workerInitFn: digits.initialise, generator: 3, ...two };
    const loader = DataLoader(digits.threads, options);
    const batches = await Array.fromAsync(loader);
    const numbers = batches.flatMap(({ initialised }) => [...initialised.data]);
    assertEquals(numbers.slice(0, 4), [0, 10, 0, 10]);
    const seeds = new Set(batches.map(({ seed }) => seed.data[0]));
    assertEquals(seeds.size, 2);
    const again = await Array.fromAsync(loader.epoch(1));
    assertEquals(new Set(again.map(({ seed }) => seed.data[0])), seeds);
  });

  it("puts samples together in the workers, by an export of their module", async () => {
    const loader = DataLoader(digits.numbers, { batchSize: 8, collateFn: digits.join, ...two });
    const batches: string[] = await Array.fromAsync(loader);
    assertEquals(batches[2], "16 17 18 19 20 21 22");
    const single = DataLoader(digits.numbers, { batchSize: null, ...two });
    assertEquals(await Array.fromAsync(single), [...Array(23).keys()]);
  });

  it("sends copies of views, so that the dataset stays whole and is not sent along", async () => {
    const loader = DataLoader(digits.views, { batchSize: 2, collateFn: digits.same, ...two });
    for (const epoch of [1, 2]) {
      const batches = await Array.fromAsync(loader.epoch(epoch));
      assertEquals(batches[1], [Uint8Array.of(2, 3, 4), Uint8Array.of(3, 4, 5)]);
      assert(batches.flat().every(({ buffer }) => buffer.byteLength === 3));
    }
    assertEquals(digits.views.at(0).length, 3);
  });

  it("lets each worker go through its own copy of an iterable", async () => {
    const loader = DataLoader(digits.stream, { batchSize: 2, ...two });
    // Worker 0 has 0, 2, 4, 6, 8, 10, worker 1 has 1, 3, 5, 7, 9.
    const expected = [[0, 2], [1, 3], [4, 6], [5, 7], [8, 10], [9]];
    assertEquals(await numbers(loader), expected);
    const dropping = DataLoader(digits.stream, { batchSize: 2, dropLast: true, ...two });
    assertEquals(await numbers(dropping), expected.slice(0, 5));
    const kept = DataLoader(digits.stream, { batchSize: 2, persistentWorkers: true, ...two });
    assertEquals(await numbers(kept), expected);
    assertEquals(await numbers(kept), expected);
    await kept.close();
  });

  it("gives batches as they are ready where inOrder is false", async () => {
    const go = new BroadcastChannel("epochql-test-go");
    const ready = new BroadcastChannel("epochql-test-ready");
    const listening = new Promise<void>((resolve) => ready.onmessage = () => resolve());
    const taken: number[] = [];
    for await (const { data } of DataLoader(digits.waiting, { inOrder: false, ...two })) {
      taken.push(...data);
      await listening;
      go.postMessage("go");
    }
    go.close();
    ready.close();
    assertEquals(taken, [1, 0]);
  });

  it("gives one dataset to two loops at once", async () => {
    const loader = DataLoader(digits.numbers, { batchSize: 5, ...two });
    const [one, other] = await Promise.all([numbers(loader.epoch(1)), numbers(loader.epoch(1))]);
    assertEquals(one, other);
    assertEquals(one.flat().length, 23);
  });
});

describe("DataLoader() with persistentWorkers", () => {
  const tokens = async (loader: AsyncIterable<{ readonly token: readonly string[] }>) => {
    const seen = new Set<string>();
    for await (const { token } of loader) token.forEach((one) => seen.add(one));
    return seen;
  };

  it("keeps the workers from epoch to epoch, and without makes new ones", async () => {
    await using kept = DataLoader(digits.threads, { persistentWorkers: true, ...two });
    const first = await tokens(kept);
    assertEquals(first.size, 2);
    assertEquals(await tokens(kept), first);
    const fresh = DataLoader(digits.threads, two);
    const [one, other] = [await tokens(fresh), await tokens(fresh)];
    assertEquals(one.union(other).size, 4);
  });

  it("starts new ones after close()", async () => {
    const loader = DataLoader(digits.threads, { persistentWorkers: true, ...two });
    const first = await tokens(loader);
    await loader.close();
    assert((await tokens(loader)).isDisjointFrom(first));
    await loader.close();
    await loader.close();
  });

  it("goes on with the next epoch where a loop was left early", async () => {
    const options = { batchSize: 5, shuffle: true, generator: 2, persistentWorkers: true };
    await using loader = DataLoader(digits.numbers, { ...options, ...two });
    for await (const _ of loader) break;
    const order = [...RandomSampler(digits.numbers, { generator: 2 }).epoch(2)];
    assertEquals((await numbers(loader)).flat(), order);
  });

  it("refuses a second epoch while one is going on", async () => {
    await using loader = DataLoader(digits.numbers, { persistentWorkers: true, ...two });
    const first = loader.epoch(1);
    await first.next();
    await assertFails(numbers(loader.epoch(2)), {
      message: /^Cannot start an epoch: with persistentWorkers the one before must be over/,
    });
    assertEquals((await numbers(first)).flat().length, 22);
    assertEquals((await numbers(loader.epoch(2))).length, 23);
  });

  it("does not keep the program from ending", async () => {
    const program = joinPath(import.meta.dirname ?? "", "modules", "leaves_workers.ts");
    const child = new Deno.Command(Deno.execPath(), { args: ["run", "-A", program] });
    const { code, stdout } = await child.output();
    assertEquals(code, 0);
    assertEquals(new TextDecoder().decode(stdout), "10\n10\n3\n");
  });
});

describe("DataLoader() whose workers fail", () => {
  it("passes on the error of a dataset in its turn, of the same built-in type", async () => {
    const taken: number[][] = [];
    await assertFails(async () => {
      for await (const { data } of DataLoader(digits.failing, two)) taken.push([...data]);
    }, (error: unknown) => {
      if (!(error instanceof RangeError)) return false;
      assertEquals(error.message, "sample 3 is bad (in worker 1 of the DataLoader)");
      assertMatch(String(error.cause instanceof Error && error.cause.stack), /digits\.ts/);
      return true;
    });
    assertEquals(taken, [[0], [1], [2]]);
    await assertFails(numbers(DataLoader(digits.failingOwn, two)), {
      name: "Mistake",
      message: "a mistake of mine (in worker 0 of the DataLoader)",
    });
  });

  it("can go on with persistent workers after a dataset's error", async () => {
    await using loader = DataLoader(digits.failing, {
      sampler: { [Symbol.iterator]: () => (first ? [1, 3, 5, 6] : [0, 7]).values() },
      persistentWorkers: true,
      ...two,
    });
    let first = true;
    await assertFails(numbers(loader), { message: /sample 3 is bad/ });
    first = false;
    assertEquals(await numbers(loader), [[0], [7]]);
  });

  it("gives up where no worker says anything within timeout", async () => {
    const loader = DataLoader(digits.hanging, { timeout: 4, ...two });
    const taken: number[][] = [];
    assertMatch(
      (await assertRejects(async () => {
        for await (const { data } of loader) taken.push([...data]);
      }, Error)).message,
      /^Cannot load a batch: a worker must give one within 4 s \(timeout\), got none\./,
    );
    assertEquals(taken, [[0], [1]]);
  });

  it("says why a worker ended by itself, and starts new ones the next time", async () => {
    await using loader = DataLoader(digits.dying, {
      sampler: { [Symbol.iterator]: () => (first ? [0, 2, 3] : [4, 5]).values() },
      persistentWorkers: true,
      ...two,
    });
    let first = true;
    assertEquals(
      (await assertRejects(() => numbers(loader), Error)).message,
      "Cannot load a batch: worker 1 ended unexpectedly (Error: nobody catches this).",
    );
    first = false;
    assertEquals(await numbers(loader), [[4], [5]]);
  });

  it("passes on the error of workerInitFn, and of a module that a worker cannot import", async () => {
    const refusing = DataLoader(digits.numbers, { workerInitFn: digits.refuseToStart, ...two });
    await assertFails(numbers(refusing), {
      name: "TypeError",
      message: "this worker does not want to (in worker 0 of the DataLoader)",
    });
    const failing = DataLoader(failsInWorkers.numbers, {
      numWorkers: 1,
      workerModule: import.meta.resolve("./modules/fails_in_workers.ts"),
    });
    assertEquals(
      (await assertRejects(() => numbers(failing), Error)).message,
      "not in a worker (in worker 0 of the DataLoader)",
    );
  });

  it("says that a batch cannot cross threads", async () => {
    const loader = DataLoader(digits.functions, { batchSize: 1, collateFn: digits.same, ...two });
    await assertFails(Array.fromAsync(loader), {
      name: "TypeError",
      message: /^Cannot send a batch to the main thread: it must be plain data, got: /,
    });
  });

  it("says what the worker module does not export", async () => {
    const own = DataLoader([1, 2, 3], two);
    await assertFails(numbers(own), {
      name: "RangeError",
      message:
        /^Cannot load with 2 workers: dataset must be an export of workerModule \(file:.*digits\.ts\)/,
    });
    const lambda = DataLoader(digits.numbers, { collateFn: (samples) => samples.length, ...two });
    await assertFails(Array.fromAsync(lambda), {
      message: /collateFn must be an export .* It exports: .*, join, /,
    });
    const init = DataLoader(digits.numbers, { workerInitFn: () => {}, ...two });
    await assertFails(numbers(init), { message: /workerInitFn must be an export/ });
    const missing = new URL("no_such_module.ts", workerModule);
    const nowhere = DataLoader(digits.numbers, { numWorkers: 1, workerModule: missing });
    await assertFails(numbers(nowhere), { message: /no_such_module\.ts/ });
  });

  it("does not start workers in workers", async () => {
    const loader = DataLoader(nested.nested, {
      numWorkers: 1,
      workerModule: import.meta.resolve("./modules/nested.ts"),
    });
    await assertFails(numbers(loader), {
      message: /^Cannot start workers: they must be started by the main thread/,
    });
  });
});
