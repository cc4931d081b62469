/** Exports that the loader's threads in tests find by name. */
import { getWorkerInfo } from "../../../../data/loader/loader.ts";
import { RandomCrop, RandomRotation } from "../../../../data/transforms/random_transforms.ts";
import { imageSamples } from "../../../../data/samples.ts";
import { Compose, ToTensor } from "../../../../data/transforms/transforms.ts";
import { tinyImages } from "../../tiny.ts";

export const images = imageSamples(tinyImages(23), { transform: ToTensor() });

/** Samples that depend on chance. */
export const augmented = imageSamples(tinyImages(23), {
  transform: Compose([
    RandomCrop([4, 3], { padding: 1, seed: 5 }),
    RandomRotation(30, { seed: 6 }),
    ToTensor(),
  ]),
});

/** 0, 1, 2 ... */
export const numbers = { length: 23, at: (index: number) => index };

/** Each sample is a token of the thread that loads it, and a count of what this thread has loaded. */
const token = crypto.randomUUID();
let loaded = 0;
export const threads = {
  length: 12,
  at: () => {
    const info = getWorkerInfo();
    return { token, id: info?.id ?? -1, seed: info?.seed ?? -1, loaded: ++loaded, initialised };
  },
};
let initialised = -1;
export function initialise(id: number): void {
  if (getWorkerInfo()?.dataset === undefined) throw new Error("the dataset must be known by now");
  initialised = id * 10;
}

/** Puts samples together in a way of its own. */
export function join(samples: readonly unknown[]): string {
  return samples.map((sample) => JSON.stringify(sample)).join(" ");
}
export const same = <T>(samples: T): T => samples;

/** Each worker takes every n-th number. */
export const stream = {
  length: 11,
  *[Symbol.iterator]() {
    const { id, numWorkers } = getWorkerInfo() ?? { id: 0, numWorkers: 1 };
    for (let number = id; number < 11; number += numWorkers) yield number;
  },
};

/** Views of one large array, as the samples of a resident dataset are. */
const resident = Uint8Array.from({ length: 1_000_000 }, (_, at) => at & 255);
export const views = { length: 8, at: (index: number) => resident.subarray(index, index + 3) };

class Mistake extends RangeError {
  override readonly name = "Mistake";
}
/** Sample 3 cannot be loaded; others can, also after it. */
export const failing = {
  length: 8,
  at: (index: number) => {
    if (index === 3) throw index === 3 ? new RangeError("sample 3 is bad") : undefined;
    return index;
  },
};
export const failingOwn = {
  length: 2,
  at: () => {
    throw new Mistake("a mistake of mine");
  },
};
/** Sample 2 never comes. */
export const hanging = {
  length: 8,
  at: (index: number) => index === 2 ? new Promise<number>(() => {}) : index,
};
/** Loading sample 2 ends the worker. */
export const dying = {
  length: 8,
  at: (index: number) => {
    if (index === 2) {
      queueMicrotask(() => {
        throw new Error("nobody catches this");
      });
    }
    return index === 2 ? new Promise<number>(() => {}) : index;
  },
};
/** Samples that cannot cross threads. */
export const functions = { length: 2, at: (index: number) => ({ index, say: () => index }) };
export const refuseToStart = () => {
  throw new TypeError("this worker does not want to");
};

/** Sample 0 comes only when the main thread says so. */
export const waiting = {
  length: 2,
  at: (index: number) => {
    if (index === 1) return 1;
    const channel = new BroadcastChannel("epochql-test-go");
    return new Promise<number>((resolve) => {
      channel.onmessage = () => {
        channel.close();
        resolve(0);
      };
      new BroadcastChannel("epochql-test-ready").postMessage("ready");
    });
  },
};
