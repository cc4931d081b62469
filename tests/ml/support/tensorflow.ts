/** TensorFlow for tests: the engine on two threads, and a calculator for graphs of any kind. */
import { openTensorFlow } from "../../../ml/engines/tensorflow/engine.ts";
import type { Engine } from "../../../ml/engines/engine.ts";
import { type Fed, loadProgram } from "../../../ml/engines/tensorflow/runtime.ts";
import { createProgramWriter } from "../../../ml/engines/tensorflow/program_writer.ts";
import { topologicalOrder } from "../../../ml/graph/rewrite.ts";
import type { Tensor } from "../../../ml/graph/tensor.ts";
import type { Calculator } from "./calculator.ts";
import { loadTensorFlow, type TensorFlow } from "../../../native/tensorflow.ts";

const THREADS = 2;

/** The package itself, as the engine loads it. */
export function tensorFlow(): Promise<TensorFlow> {
  return loadTensorFlow({ intraOp: 1, interOp: THREADS });
}

/** The engine on the CPU, with two threads whatever the machine has. */
export async function cpuEngine(): Promise<Engine> {
  return (await openTensorFlow({ threads: THREADS })).cpu;
}

/** Makes a calculator, hands it over, and frees it. */
export async function calculating<T>(
  tensors: readonly Tensor[],
  use: (calculate: Calculator) => T | Promise<T>,
): Promise<T> {
  const writer = createProgramWriter("/device:CPU:0");
  const inputs = Object.fromEntries(
    topologicalOrder(tensors).flatMap((tensor) => {
      if (tensor.kind !== "placeholder") return [];
      const { name, dtype, shape } = tensor.attributes;
      return [[name, writer.open(name, dtype, shape)] as const];
    }),
  );
  const { node } = writer.lower(inputs);
  const outputs = tensors.map((tensor, position) => {
    // An output must be a node of its own.
    const made = writer.graph.add("Identity", [node(tensor)], { T: { type: tensor.dtype } });
    return [`${position}`, { node: made, dtype: tensor.dtype, shape: tensor.shape }] as const;
  });
  writer.call("compute", { inputs, outputs: Object.fromEntries(outputs) });
  const loaded = loadProgram(await tensorFlow(), writer.finish());
  try {
    return await use((fed = {}) => {
      const results = loaded.call("compute", fed);
      return tensors.map((_, position) => results.get(`${position}`) ?? new Float32Array());
    });
  } finally {
    loaded.dispose();
  }
}

/** Computes tensors once. */
export function compute(
  tensors: readonly Tensor[],
  fed: Readonly<Record<string, Fed>> = {},
): Promise<readonly Float32Array[]> {
  return calculating(tensors, (calculate) => calculate(fed));
}

/** The largest difference between two arrays, relative to the largest element of the second. */
export function distance(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Infinity;
  let scale = 1e-6;
  let worst = 0;
  for (const [position, value] of Array.from(expected).entries()) {
    const off = Math.abs((actual[position] ?? NaN) - value);
    if (Number.isNaN(off)) return Infinity;
    scale = Math.max(scale, Math.abs(value));
    worst = Math.max(worst, off);
  }
  return worst / scale;
}
