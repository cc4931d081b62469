/** The input of a run: it leads to the run's spec again. */
import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import { isInFloat32 } from "../../../lib/float32.ts";
import { LOSSES } from "../../../ml/losses/losses.ts";
import { PRESET_NAMES, PRESETS } from "../../../ml/network/presets.ts";
import { OPTIMIZERS } from "../../../ml/optimizers/optimizers.ts";
import type { Kinds } from "../../../ml/options/kinds.ts";
import type { Option, Options } from "../../../ml/options/option.ts";
import { AUGMENTATIONS } from "../../../ml/augmentation/augmentations.ts";
import { SCHEDULES } from "../../../ml/schedules/schedules.ts";
import { EARLY_STOPPING_OPTIONS, WARMUP_OPTIONS } from "../../../ml/spec/parts.ts";
import { RECIPE_NAMES, RECIPES } from "../../../ml/spec/recipes.ts";
import { parseRequest, resolveSpec } from "../../../ml/spec/resolve.ts";
import { runInputOf } from "../../../ml/spec/run_input.ts";
import type { TrainingRequest, TrainingSpec } from "../../../ml/spec/spec.ts";
import { forAll } from "../../support/for_all.ts";
import { MNIST_SIZE } from "../../support/fake_run.ts";

/** Trains by a run's input, as a client sends it. */
function again(spec: TrainingSpec): TrainingSpec {
  return resolveSpec(JSON.parse(JSON.stringify(runInputOf(spec, "run"))), MNIST_SIZE);
}

/** Values of an option as clients write them; undefined for one that no test sets. */
function valueOf(option: Option): fc.Arbitrary<unknown> {
  switch (option.type) {
    case "integer":
      return fc.integer({ min: option.min, max: option.max });
    case "number":
      return fc.double({
        min: option.min,
        max: option.max,
        minExcluded: option.exclusiveMin ?? false,
        maxExcluded: option.exclusiveMax ?? false,
        noNaN: true,
      }).map((value) =>
        isInFloat32(value) ? value : Math.max(option.min, Math.min(1, option.max) / 2)
      );
    case "flag":
      return fc.boolean();
    case "name":
      return fc.constantFrom(...option.names);
    case "numbers":
      if (option.length !== undefined) {
        const { min, max, length } = option;
        return fc.array(fc.double({ min, max, noNaN: true }).filter(isInFloat32), {
          minLength: length,
          maxLength: length,
        }).map((list) => list.toSorted((a, b) => a - b));
      }
      return fc.uniqueArray(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 5 })
        .map((list) => list.toSorted((a, b) => a - b));
    case "classWeights":
      return fc.oneof(
        fc.constant({ balanced: true }),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 10, maxLength: 10 })
          .map((values) => ({ values })),
      );
    default:
      return fc.constant(undefined);
  }
}

/** Options as clients write them: those with a default may be left out. */
function optionsOf(options: Options): fc.Arbitrary<object> {
  const fields = Object.entries(options).map(([name, option]) => [name, valueOf(option)] as const);
  const required = fields.filter(([name]) => {
    const { [name]: option } = options;
    return option !== undefined && !("default" in option);
  });
  return fc.record<Record<string, unknown>>(Object.fromEntries(fields), {
    requiredKeys: required.map(([name]) => name),
  });
}

/** Values of a registry as clients write them. */
function kindOf(kinds: Kinds): fc.Arbitrary<object> {
  return fc.oneof(
    ...Object.entries(kinds).map(([kind, { options }]) =>
      optionsOf(options).map((values) => ({ [kind]: values }))
    ),
  );
}

const network = fc.oneof(
  fc.constantFrom(...PRESET_NAMES).map((name) => ({ network: { layers: PRESETS[name].layers } })),
  fc.constantFrom(...PRESET_NAMES).map((preset) => ({ network: { preset } })),
  fc.constantFrom(...RECIPE_NAMES).map((recipe) => ({ network: { recipe } })),
  fc.constantFrom(...RECIPE_NAMES).map((recipe) => ({ recipe })),
);

const settings = fc.record({
  optimizer: kindOf(OPTIMIZERS),
  schedule: kindOf(SCHEDULES),
  loss: kindOf(LOSSES),
  warmup: optionsOf(WARMUP_OPTIONS),
  earlyStopping: optionsOf(EARLY_STOPPING_OPTIONS),
  normalization: fc.constant({ mean: [0.25], std: [0.5] }),
  gradientClipNorm: fc.double({ min: 0.1, max: 10, noNaN: true }),
  validationShare: fc.double({ min: 0.1, max: 0.5, noNaN: true }),
  epochs: fc.integer({ min: 1, max: 20 }),
  batchSize: fc.constantFrom(16, 100),
  learningRate: fc.double({ min: 1e-6, max: 100, noNaN: true }),
  device: fc.constantFrom("AUTO" as const, "CPU" as const),
  augmentation: fc.array(kindOf(AUGMENTATIONS), { maxLength: 3 }),
}, { requiredKeys: [] });

describe("the input of a run", () => {
  it("leads to the same spec", () => {
    let accepted = 0;
    forAll([network, settings, fc.nat()], (part, others, seed) => {
      const request = { ...part, ...others, seed, trainSamples: 1600 } as TrainingRequest;
      const parsed = parseRequest(request, MNIST_SIZE);
      if (!parsed.ok) return;
      accepted++;
      const spec = { ...parsed.draft, seed };
      assertEquals(again(spec), spec);
    }, { numRuns: 300 });
    assert(accepted > 100, `only ${accepted} requests were accepted`);
  });

  for (const name of RECIPE_NAMES) {
    it(`names the recipe ${name} of a run in place of its layers`, () => {
      const spec = resolveSpec({ recipe: name }, MNIST_SIZE, () => 7);
      const { recipe, network, seed } = runInputOf(spec, "run");
      assertEquals([recipe, network, seed], [name, undefined, 7]);
      assertEquals(again(spec), spec);
    });
  }

  it("has the layers of a recipe that is another by now", () => {
    const spec = resolveSpec({ recipe: "BASIC_CNN" }, MNIST_SIZE);
    const { layers } = RECIPES.DROPOUT_CNN.network;
    const old = { ...spec, network: { ...spec.network, layers } };
    assertEquals("recipe" in runInputOf(old, "run"), false);
    assertEquals(again(old).network.layers, layers);
  });

  it("has every setting that is not null, and nothing that clients cannot choose", () => {
    const spec = resolveSpec(
      { network: { layers: [{ flatten: {} }, { linear: {} }] } },
      MNIST_SIZE,
    );
    assertEquals(runInputOf({ ...spec, seed: 7 }, "run"), {
      network: { layers: [{ flatten: {} }, { linear: { outFeatures: 10, bias: true } }] },
      optimizer: { sgd: { momentum: 0, dampening: 0, weightDecay: 0, nesterov: false } },
      loss: { crossEntropy: { labelSmoothing: 0 } },
      normalization: { mean: [0.1307], std: [0.3081] },
      validationShare: 0,
      dataset: "mnist",
      epochs: 10,
      batchSize: 64,
      learningRate: 0.01,
      seed: 7,
      device: "AUTO",
      engine: "AUTO",
      trainSamples: 60_000,
      testSamples: 10_000,
    });
  });
});
