/** Optimizers against PyTorch's, step by step. The numbers come from tools/golden_training.py. */
import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { loadProgram } from "../../../ml/engines/tensorflow/runtime.ts";
import { createProgramWriter } from "../../../ml/engines/tensorflow/program_writer.ts";
import { placeholder, variable } from "../../../ml/graph/ops/sources.ts";
import type { Update } from "../../../ml/graph/update.ts";
import { clipGradients } from "../../../ml/optimizers/clipping.ts";
import {
  type Optimizer,
  OPTIMIZERS,
  optimizerStateNames,
} from "../../../ml/optimizers/optimizers.ts";
import { buildAssignments, buildUpdates } from "../../../ml/optimizers/updates.ts";
import golden from "../golden/optimizers.json" with { type: "json" };
import { compute, distance, tensorFlow } from "../support/tensorflow.ts";

type Case = typeof golden.cases[number];

const SHAPE = [golden.start.length];

/** Builds the updates of a weight 'w'. */
function updatesOf(optimizer: Optimizer, hasMomentum: boolean, fused: boolean): readonly Update[] {
  const float32 = (name: string, shape: readonly number[]) =>
    placeholder(name, { shape, dtype: "float32" });
  const weight = variable("w", { shape: SHAPE, dtype: "float32" });
  const weights = [{ name: "w", weight, gradient: float32("gradient", SHAPE) }];
  const inputs = {
    learningRate: float32("learningRate", []),
    step: placeholder("step", { shape: [], dtype: "int32" }),
    momentum: hasMomentum ? float32("momentum", []) : undefined,
  };
  return fused
    ? buildUpdates(optimizer, weights, inputs)
    : buildAssignments(optimizer, weights, inputs).flat();
}

/** Trains the golden file's weight; returns it after each step, and the state after the last. */
async function replay({ optimizer: settings, rates, momenta }: Case, fused: boolean) {
  const optimizer = settings as Optimizer;
  const names = ["w", ...optimizerStateNames(optimizer, "w")];
  const writer = createProgramWriter("/device:CPU:0");
  for (const name of names) writer.declare(name, "float32", SHAPE);
  const values = Object.fromEntries(names.map((name) => [
    name,
    writer.open(`start/${name}`, "float32", SHAPE),
  ]));
  const started = names.map((name) => writer.assign(name, values[name]?.node ?? "", "float32"));
  writer.call("start", { inputs: values, outputs: { done: writer.after(started) } });

  const inputs = {
    gradient: writer.open("gradient", "float32", SHAPE),
    learningRate: writer.open("learningRate", "float32", []),
    step: writer.open("step", "int32", []),
    ...(momenta ? { momentum: writer.open("momentum", "float32", []) } : {}),
  };
  const { update } = writer.lower(inputs);
  const effects = updatesOf(optimizer, momenta !== null, fused).map(update);
  writer.call("step", { inputs, outputs: { done: writer.after(effects) } });
  const outputs = Object.fromEntries(names.map((name) => [name, writer.read(name, SHAPE)]));
  writer.call("read", { inputs: {}, outputs });

  const program = loadProgram(await tensorFlow(), writer.finish());
  try {
    program.call("start", {
      ...Object.fromEntries(names.map((name) => [name, new Float32Array(golden.start.length)])),
      w: Float32Array.from(golden.start),
    });
    const weights = golden.gradients.map((gradient, at) => {
      program.call("step", {
        gradient: Float32Array.from(gradient),
        learningRate: Float32Array.of(rates?.[at] ?? golden.learningRate),
        step: Int32Array.of(at + 1),
        ...(momenta ? { momentum: Float32Array.of(momenta[at] ?? NaN) } : {}),
      });
      return program.call("read").get("w") ?? [];
    });
    return { weights, state: program.call("read") };
  } finally {
    program.dispose();
  }
}

describe(`every step is PyTorch ${golden.torch}'s`, () => {
  for (const run of golden.cases) {
    const { kind, ...settings } = run.optimizer;
    const name = `${kind} ${JSON.stringify(settings).replaceAll('"', "")}`;
    for (const fused of [true, false]) {
      const how = `${run.momenta ? " in one cycle" : ""}${fused ? ", fused" : ""}`;
      it(`of ${name}${how}`, async () => {
        const { weights, state } = await replay(run, fused);
        for (const [step, expected] of run.weights.entries()) {
          const actual = weights[step] ?? [];
          // Each element by itself: they are of very different sizes.
          for (const [at, value] of expected.entries()) {
            const off = Math.abs((actual[at] ?? NaN) - value);
            assert(
              off <= 1e-5 * Math.abs(value) + 1e-7,
              `weight ${at} after step ${step + 1}: ${actual[at]} must be near ${value}`,
            );
          }
        }
        const names = Object.keys(run.state).map((name) => `w/${name}`);
        assertEquals([...state.keys()].toSorted(), ["w", ...names].toSorted());
        for (const [name, values] of Object.entries(run.state)) {
          // TensorFlow's kernel computes 1 - beta2 in float32: 1.3e-5 off for 0.999.
          assert(distance(state.get(`w/${name}`) ?? [], values) <= 2e-5, name);
        }
      });
    }
  }

  it("of every kind of optimizer, with every option changed", () => {
    for (const [kind, { options }] of Object.entries(OPTIMIZERS)) {
      const runs: readonly object[] = golden.cases.map(({ optimizer }) => optimizer)
        .filter((optimizer) => optimizer.kind === kind);
      for (const option of Object.keys(options)) {
        const values = new Set(
          runs.map((run) => Object.entries(run).find(([name]) => name === option)?.[1]),
        );
        assert(values.size > 1, `${kind}'s ${option} has only the value ${[...values]}`);
      }
    }
  });

  it("fused where TensorFlow has a kernel", () => {
    const kinds = golden.cases.map(({ optimizer, momenta }) => [
      optimizer.kind,
      ...updatesOf(optimizer as Optimizer, momenta !== null, true).map(({ kind }) => kind),
    ]);
    const fused = new Set(
      kinds.filter(([, ...updates]) => updates.length === 1).map((x) => x.join(" ")),
    );
    assertEquals([...fused].toSorted(), [
      "adam adam",
      "adamW adam",
      "sgd gradientDescent",
      "sgd momentum",
    ]);
  });
});

describe(`gradients are clipped as PyTorch ${golden.torch} does`, () => {
  for (const { maxNorm, norm, gradients, clipped } of golden.clipping) {
    it(`to a norm of ${maxNorm} from ${norm}`, async () => {
      const shapes = [[4], [2, 2]];
      const tensors = shapes.map((shape, at) => placeholder(`g${at}`, { shape, dtype: "float32" }));
      const fed = Object.fromEntries(
        gradients.map((values, at) => [`g${at}`, Float32Array.from(values)]),
      );
      const results = await compute(clipGradients(tensors, maxNorm), fed);
      for (const [at, expected] of clipped.entries()) {
        assert(distance(results[at] ?? [], expected) <= 1e-6, `gradient ${at}`);
      }
    });
  }
});
