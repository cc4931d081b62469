/** Checkpoints on disk: every bit comes back, and nothing that was not written is taken for one. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { forAll, forAllAsync } from "../../support/for_all.ts";
import { assertFails } from "../../support/errors.ts";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import {
  attemptFromName,
  type Checkpoint,
  checkpointName,
  readCheckpoint,
  writeCheckpoint,
} from "../../../ml/checkpoint/checkpoint.ts";
import { encode } from "../../../ml/checkpoint/safetensors.ts";
import { stateShapes } from "../../../ml/checkpoint/state_shapes.ts";
import { RECIPE_NAMES, RECIPES } from "../../../ml/spec/recipes.ts";
import { stepsPerEpoch, type TrainingSpec } from "../../../ml/spec/spec.ts";
import torch from "../golden/torch.json" with { type: "json" };
import { joinBytes } from "../../../lib/bytes.ts";
import { aCheckpoint, aSpec, assertKind, aState, bitsOf, namesUnder, ofKind } from "./support.ts";
import { folderPerTest } from "../../support/temporary_folder.ts";
import { MIN_FLOAT32 } from "../../../lib/float32.ts";

const folder = folderPerTest();
const path = () => folder.join("a.safetensors");

const { spec } = aCheckpoint();

/** Any place in any training of one network: its state is large, and the same each time. */
const state = aState();
const checkpoints: fc.Arbitrary<Checkpoint> = fc.record({
  epochs: fc.integer({ min: 1, max: 10_000 }),
  batchSize: fc.integer({ min: 1, max: 4096 }),
  learningRate: fc.double({ min: MIN_FLOAT32, max: 100, noNaN: true }),
  seed: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
  trainSamples: fc.integer({ min: 1, max: 60_000 }),
}).map((change): TrainingSpec => ({ ...spec, ...change })).chain((spec) =>
  fc.record({
    epoch: fc.integer({ min: 1, max: spec.epochs }),
    done: fc.integer({ min: 0, max: stepsPerEpoch(spec) }),
    loss: fc.double({ min: 0, max: 1e300, noNaN: true }),
    hits: fc.double({ min: 0, max: 1, noNaN: true }),
    seconds: fc.double({ min: 0, max: 1e9, noNaN: true }),
    device: fc.string({ unit: "grapheme" }),
  }).map(({ epoch, done, loss, hits, seconds, device }) => ({
    ...aCheckpoint(),
    spec,
    step: (epoch - 1) * stepsPerEpoch(spec) + done,
    epoch,
    // JSON has no negative zero; a sum of losses is none either.
    epochLoss: done === 0 ? 0 : loss + 0,
    epochCorrect: Math.floor(hits * Math.min(done * spec.batchSize, spec.trainSamples)),
    epochSeconds: seconds + 0,
    device,
    state,
  }))
);

/** A checkpoint's bytes, with something of its manifest changed. */
function fileWith(change: (manifest: Record<string, unknown>) => unknown): Uint8Array {
  const { state, ...manifest } = aCheckpoint();
  return fileOf(JSON.stringify(change({ version: 4, ...manifest })), state);
}

/** The bytes of a file with a manifest. */
function fileOf(manifest: string, state: Checkpoint["state"]): Uint8Array {
  return joinBytes(encode(new Map([["epochql", manifest]]), state));
}

describe("readCheckpoint()", () => {
  it("gives back every bit that writeCheckpoint() was given", async () => {
    await forAllAsync([checkpoints], async (checkpoint) => {
      const { sha256 } = await writeCheckpoint(path(), checkpoint);
      const read = await readCheckpoint(path(), { sha256, spec: checkpoint.spec });
      assertEquals(bitsOf(read), bitsOf(checkpoint));
    }, { numRuns: 30 });
  });

  it("gives back values that are no numbers, with their bits", async () => {
    const bits = Uint32Array.of(0x7fc0_1234, 0xff80_0000, 0x8000_0000, 0x0000_0001);
    const state = aState("BASIC_CNN");
    state[0]?.values.set(new Float32Array(bits.buffer));
    await writeCheckpoint(path(), aCheckpoint({ state }));
    assertEquals(bitsOf(await readCheckpoint(path())), bitsOf(aCheckpoint({ state })));
  });

  for (const recipe of RECIPE_NAMES) {
    it(`reads what a training of ${recipe} leaves, before its first step and after its last`, async () => {
      const none = { epochLoss: 0, epochCorrect: 0, epochSeconds: 0 };
      const places = [{ step: 0, epoch: 1 }, { step: 12, epoch: 4 }, { step: 4, epoch: 2 }];
      for (const place of places) {
        const checkpoint = aCheckpoint({ spec: aSpec(recipe), ...none, ...place });
        await writeCheckpoint(path(), checkpoint);
        assertEquals(bitsOf(await readCheckpoint(path())), bitsOf(checkpoint));
      }
    });
  }

  it("finds every changed bit by the digest, and without it crashes at none", async () => {
    const { sha256, bytes } = await writeCheckpoint(path(), aCheckpoint());
    const good = await Deno.readFile(path());
    assertEquals(good.length, bytes);
    const inHeader = fc.integer({ min: 0, max: 2000 });
    const anywhere = fc.integer({ min: 0, max: bytes - 1 });
    await forAllAsync(
      [fc.oneof(inHeader, anywhere), fc.integer({ min: 0, max: 7 })],
      async (at, bit) => {
        const changed = good.slice();
        changed[at] = (changed[at] ?? 0) ^ (1 << bit);
        await Deno.writeFile(path(), changed);
        const digest = ofKind("damaged", /sha256 must be/);
        await assertFails(readCheckpoint(path(), { sha256 }), digest);
        await readCheckpoint(path()).catch((error) =>
          assert(ofKind("damaged")(error) || ofKind("unsupported")(error), String(error))
        );
      },
      { numRuns: 200 },
    );
  });

  it("refuses every file that ends too early, or too late", async () => {
    const { bytes } = await writeCheckpoint(path(), aCheckpoint());
    const good = await Deno.readFile(path());
    const lengths = fc.oneof(
      fc.integer({ min: 0, max: 3000 }),
      fc.integer({ min: 0, max: bytes - 1 }),
    );
    await forAllAsync([lengths], async (length) => {
      await Deno.writeFile(path(), good.subarray(0, length));
      await assertKind(readCheckpoint(path()), "damaged");
    }, { numRuns: 100 });
    await Deno.writeFile(path(), new Uint8Array([...good, 0]));
    await assertKind(readCheckpoint(path()), "damaged");
  });

  it("refuses any other bytes", async () => {
    await forAllAsync([fc.uint8Array({ maxLength: 200 })], async (bytes) => {
      await Deno.writeFile(path(), bytes);
      const rule = ofKind("damaged", /a\.safetensors: .* must .*, got/);
      await assertFails(readCheckpoint(path()), rule);
    }, { numRuns: 100 });
  });

  it("answers any manifest with a checkpoint that could be written, or with an error", async () => {
    const { state: _state, ...manifest } = aCheckpoint();
    const fields = [...Object.keys(manifest), "version", "more"];
    const specFields = [...Object.keys(manifest.spec), "more"];
    const layers = manifest.spec.network.layers;
    const value = fc.oneof(fc.jsonValue(), fc.integer({ min: -2, max: 20 }), fc.double());
    const one = (keys: readonly string[]) =>
      fc.tuple(fc.constantFrom(...keys), value).map(([key, value]) => ({ [key]: value }));
    const ofNetwork = (change: object) => ({
      spec: { ...spec, network: { ...spec.network, ...change } },
    });
    const change = one(fields);
    const specChange = one(specFields).map((change) => ({ spec: { ...spec, ...change } }));
    const networkChange = one([...Object.keys(spec.network), "more"]).map(ofNetwork);
    const attributes = one(["kind", "name", "outChannels", "kernelSize", "bias", "more"]);
    const layerChange = fc.tuple(fc.nat(layers.length - 1), attributes).map(([place, change]) =>
      ofNetwork({
        layers: layers.map((layer, at) => at === place ? { ...layer, ...change } : layer),
      })
    );
    await forAllAsync(
      [fc.oneof(change, specChange, networkChange, layerChange)],
      async (change) => {
        await Deno.writeFile(path(), fileWith((manifest) => ({ ...manifest, ...change })));
        let read: Checkpoint;
        try {
          read = await readCheckpoint(path());
        } catch (error) {
          assert(ofKind("damaged")(error) || ofKind("unsupported")(error), String(error));
          return;
        }
        await writeCheckpoint(path(), read);
      },
      { numRuns: 300 },
    );
  });

  const ofSpec = (change: Readonly<Record<string, unknown>>) => ({ spec: { ...spec, ...change } });
  const CANNOT = (what: string) =>
    new RegExp(`spec must be one that can be trained, got Cannot ${what}`);
  const wrong: readonly (readonly [what: string, change: unknown, message: RegExp])[] = [
    [
      "a network without a shape of its samples",
      ofSpec({ network: { ...spec.network, inputShape: null } }),
      /spec/,
    ],
    ["a step behind its epoch", { step: 9 }, /step must be between 4 and 8 in epoch 2, got 9/],
    ["a step before its epoch", { step: 3 }, /step must be between 4 and 8 in epoch 2, got 3/],
    ["more hits than samples", { epochCorrect: 65 }, /epochCorrect must be .* 0 and 64, got 65/],
    ["an epoch that the training does not have", { epoch: 5 }, /must be between 1 and 4, got 5/],
    ["a negative sum", { epochLoss: -1 }, /epochLoss must be 0 or more, got -1/],
    ["a spec that cannot be trained", ofSpec({ batchSize: 0 }), CANNOT("train with batchSize 0")],
    [
      "a spec with something missing",
      ofSpec({ seed: undefined }),
      /exactly version, .*recipe, .*seed/,
    ],
    [
      "a network whose layers do not fit together",
      ofSpec({ network: { ...spec.network, layers: spec.network.layers.toReversed() } }),
      CANNOT("place layer 'fc2'"),
    ],
    [
      "an optimizer that there is none of",
      ofSpec({ optimizer: { kind: "lion" } }),
      CANNOT("train: optimizer 'lion' is not known"),
    ],
    [
      "a spec of another network",
      { spec: aSpec("DROPOUT_CNN") },
      /there must be an array 'conv1.weight\/momentum_buffer', got none/,
    ],
  ];
  for (const [what, change, message] of wrong) {
    it(`refuses ${what}`, async () => {
      await Deno.writeFile(path(), fileWith((manifest) => Object.assign(manifest, change)));
      await assertKind(readCheckpoint(path()), "damaged", message);
    });
  }

  it("reads a checkpoint of version 1, whose spec names the network by its recipe", async () => {
    // As the versions before 2 wrote it.
    const json = '{"version":1,"spec":{"recipe":"WIDE_KERNEL_CNN","dataset":"mnist","epochs":3,' +
      '"batchSize":32,"learningRate":0.30000000000000004,"seed":2147483647,"device":"CPU",' +
      '"trainSamples":100,"testSamples":30},"step":6,"epoch":2,"epochLoss":147.36544595161893,' +
      '"epochCorrect":41,"epochSeconds":0.3333333333333333,"device":"CPU (a test, 2 threads)",' +
      '"engine":"made up 1.0"}';
    const checkpoint = aCheckpoint({ spec: aSpec("WIDE_KERNEL_CNN") });
    await Deno.writeFile(path(), fileOf(json, checkpoint.state));
    const read = await readCheckpoint(path(), { spec: checkpoint.spec });
    assertEquals(bitsOf(read), bitsOf(checkpoint));
    await assertKind(readCheckpoint(path(), { spec }), "foreign", /its recipe must be/);

    await Deno.writeFile(path(), fileOf(json.replace("WIDE_KERNEL", "NO"), checkpoint.state));
    await assertKind(readCheckpoint(path()), "unsupported", /recipe must be one of/);
  });

  it("reads manifests of version 2, which knew no schedules", async () => {
    const checkpoint = aCheckpoint();
    const { state, scheduleState: _none, earlyStopping: _noneEither, ...manifest } = checkpoint;
    await Deno.writeFile(path(), fileOf(JSON.stringify({ version: 2, ...manifest }), state));
    assertEquals(bitsOf(await readCheckpoint(path(), { spec })), bitsOf(checkpoint));
  });

  it("refuses a state that is not the schedule's", async () => {
    const scheduleState = { learningRate: 1, best: null, badEpochs: 0, cooldownLeft: 0 };
    await Deno.writeFile(path(), fileWith((manifest) => ({ ...manifest, scheduleState })));
    const rule = /its scheduleState must be one of its schedule/;
    await assertKind(readCheckpoint(path()), "damaged", rule);
  });

  it("names the epoch of its last step in the file, evaluated or not", async () => {
    const none = { epochLoss: 0, epochCorrect: 0, epochSeconds: 0 };
    const rows = [[0, 1, 1], [3, 1, 1], [4, 2, 1], [12, 4, 3]] as const;
    for (const [step, epoch, stored] of rows) {
      const checkpoint = aCheckpoint({ ...none, step, epoch });
      await writeCheckpoint(path(), checkpoint);
      const text = new TextDecoder().decode(await Deno.readFile(path()));
      const json = JSON.parse(`"${/"epochql":"(.*?[^\\])"/.exec(text)?.[1]}"`);
      const manifest = JSON.parse(json);
      assertEquals([manifest.epoch, manifest.isEvaluated], [stored, epoch > stored]);
      assertEquals((await readCheckpoint(path())).epoch, epoch);
    }
  });

  it("reads a checkpoint of version 3, which knew no early stopping", async () => {
    await Deno.writeFile(
      path(),
      fileWith(({ earlyStopping: _earlyStopping, ...manifest }) => ({ ...manifest, version: 3 })),
    );
    assertEquals(bitsOf(await readCheckpoint(path())), bitsOf(aCheckpoint()));
  });

  describe("with early stopping", () => {
    const earlyStopping = {
      best: { epoch: 1, value: 0.1, testAcc: 0.5, validationAcc: null },
      wait: 0,
    };
    const stopping = { metric: "TEST_LOSS", patience: 2, minDelta: 0, restoreBest: true } as const;
    const weights = aState("BASIC_CNN", 9);
    const checkpoint = aCheckpoint({
      spec: { ...spec, earlyStopping: stopping },
      earlyStopping,
      best: weights,
    });

    it("gives back its state and the best weights, which are none of its own", async () => {
      await writeCheckpoint(path(), checkpoint);
      const read = await readCheckpoint(path());
      assertEquals(read.earlyStopping, earlyStopping);
      const own = { best: undefined };
      assertEquals(
        bitsOf({ ...read, ...own, state: read.best ?? [] }),
        bitsOf({ ...checkpoint, ...own, state: weights }),
      );
      assertEquals(
        bitsOf({ ...read, best: undefined }),
        bitsOf({ ...checkpoint, best: undefined }),
      );
    });

    it("refuses best weights of which one is missing", async () => {
      const written = writeCheckpoint(path(), { ...checkpoint, best: weights.slice(1) });
      await assertFails(written, /there must be an array 'best\/conv1.weight', got none/);
    });

    for (
      const wrong of [
        { ...earlyStopping, wait: 2 },
        { ...earlyStopping, wait: -1 },
        { ...earlyStopping, best: { ...earlyStopping.best, epoch: 2 } },
        { ...earlyStopping, best: { ...earlyStopping.best, value: null } },
        { wait: 0 },
      ]
    ) {
      it(`refuses the state ${JSON.stringify(wrong)}`, async () => {
        const { state, best: _best, ...manifest } = checkpoint;
        const json = JSON.stringify({ version: 4, ...manifest, earlyStopping: wrong });
        await Deno.writeFile(path(), fileOf(json, state));
        await assertKind(readCheckpoint(path()), "damaged", /earlyStopping/);
      });
    }
  });

  it("says of a newer version that it is one", async () => {
    await Deno.writeFile(path(), fileWith(() => ({ version: 6, anything: [] })));
    const rule = /version must be 5 or older, got 6\. Use the version of epochql that wrote it/;
    await assertKind(readCheckpoint(path()), "unsupported", rule);
  });

  it("refuses weights of another shape", async () => {
    const { state, ...manifest } = aCheckpoint();
    const json = JSON.stringify({ version: 4, ...manifest });
    const turned = state.map((array) => ({ ...array, shape: array.shape.toReversed() }));
    await Deno.writeFile(path(), fileOf(json, turned));
    const shapes = /'conv1.weight' must be \[32, 1, 3, 3\], got \[3, 3, 1, 32\]/;
    await assertKind(readCheckpoint(path()), "damaged", shapes);
  });

  it("refuses the checkpoint of another training, and says in what it differs", async () => {
    await writeCheckpoint(path(), aCheckpoint());
    const rule = /its seed must be 7, got 2147483647\. It belongs to another training/;
    const other = readCheckpoint(path(), { spec: { ...spec, seed: 7 } });
    await assertKind(other, "foreign", rule);
    await readCheckpoint(path(), { spec: { ...spec, epochs: 9, device: "CUDA" } });
  });

  it("says that there is no file, or that it is none", async () => {
    await assertKind(readCheckpoint(folder.join("none")), "missing");
    await assertKind(readCheckpoint(folder.path), "unreadable", /must be a file/);
  });
});

describe("writeCheckpoint()", () => {
  it("refuses what could not be read again, and leaves nothing behind", async () => {
    const wrong: readonly Partial<Checkpoint>[] = [
      { epochLoss: NaN },
      { step: 99 },
      { state: aState("BASIC_CNN").slice(1) },
      { state: [...aState("BASIC_CNN"), ...aState("BASIC_CNN").slice(0, 1)] },
      { state: aState("BASIC_CNN").map((array) => ({ ...array, values: array.values.slice(1) })) },
    ];
    for (const change of wrong) {
      await assertRejects(() => writeCheckpoint(path(), aCheckpoint(change)), RangeError);
    }
    assertEquals(await namesUnder(folder.path), []);
  });

  it("writes the same bytes for the same training", async () => {
    const turned = aCheckpoint({ state: aState("BASIC_CNN").toReversed() });
    const one = await writeCheckpoint(folder.join("one"), aCheckpoint());
    assertEquals(await writeCheckpoint(folder.join("two"), turned), one);
  });
});

describe("stateShapes()", () => {
  it("has PyTorch's names and shapes for the weights and the optimizer's state", () => {
    assertEquals(torch.cases.length, RECIPE_NAMES.length);
    for (const { recipe, state } of torch.cases) {
      const known = RECIPE_NAMES.find((name) => name === recipe);
      assertEquals(
        known && new Map(stateShapes(RECIPES[known])),
        new Map(Object.entries(state).map(([name, { shape }]) => [name, shape])),
      );
    }
  });
});

describe("checkpointName()", () => {
  it("sorts as the steps do, and differs for every attempt", () => {
    const steps = fc.integer({ min: 0, max: 999_999_999 });
    forAll([steps, steps, fc.integer({ min: 1 })], (a, b, attempt) => {
      const [one, two] = [checkpointName(a, attempt), checkpointName(b, attempt)];
      assertEquals(Math.sign(a - b), one < two ? -1 : one > two ? 1 : 0);
    });
    assertEquals(checkpointName(123), "step-000000123.safetensors");
    assertEquals(checkpointName(123, 2), "step-000000123-attempt-2.safetensors");
  });

  it("tells the attempt", () => {
    for (const attempt of [1, 2, 10]) {
      assertEquals(attemptFromName(checkpointName(123, attempt)), attempt);
    }
    assertEquals(attemptFromName("notes.txt"), undefined);
  });
});
