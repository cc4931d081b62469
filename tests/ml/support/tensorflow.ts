/** TensorFlow for tests: the engine on two threads, and a calculator for graphs of any kind. */
import { openTensorFlow } from "../../../ml/engines/tensorflow/engine.ts";
import type { Engine } from "../../../ml/engines/engine.ts";
import { type Fed, loadProgram } from "../../../ml/engines/tensorflow/runtime.ts";
import { programWriter } from "../../../ml/engines/tensorflow/program_writer.ts";
import { inOrder } from "../../../ml/graph/rewrite.ts";
import type { Tensor } from "../../../ml/graph/tensor.ts";
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

/**
 * Computes tensors. What they read from placeholders is fed by name.
 *
 * @returns the elements of each
 */
export async function compute(
  tensors: readonly Tensor[],
  fed: Readonly<Record<string, Fed>> = {},
): Promise<readonly Float32Array[]> {
  const writer = programWriter("/device:CPU:0");
  const inputs = Object.fromEntries(
    inOrder(tensors).flatMap((tensor) => {
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
    const results = loaded.call("compute", fed);
    return tensors.map((_, position) => results.get(`${position}`) ?? new Float32Array());
  } finally {
    loaded.dispose();
  }
}

/** The largest difference between two arrays, relative to the largest element of the second. */
export function distance(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Infinity;
  const pairs = Array.from(
    expected,
    (value, position) => [actual[position] ?? NaN, value] as const,
  );
  const scale = Math.max(...pairs.map(([, value]) => Math.abs(value)), 1e-6);
  const worst = Math.max(...pairs.map(([a, b]) => Number.isNaN(a) ? Infinity : Math.abs(a - b)));
  return worst / scale;
}
