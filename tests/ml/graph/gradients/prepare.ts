/** Uses of operations with numbers in, and their gradients by finite differences. */
import { randomStream } from "../../../../data/random.ts";
import { gradients } from "../../../../ml/graph/autodiff.ts";
import { multiply, sumAll } from "../../../../ml/graph/ops/arithmetic.ts";
import { placeholder } from "../../../../ml/graph/ops/sources.ts";
import { elementCount } from "../../../../ml/graph/tensor.ts";
import { type Case, LABELS } from "./case.ts";

function numbersOf(kind: Case["numbers"], count: number, salt: number): Float32Array {
  const stream = randomStream(1, "init", salt);
  if (kind !== "apart") {
    const [low, high] = kind === "positive" ? [0.5, 2] : [-1, 1];
    return Float32Array.from({ length: count }, () => stream.uniform(low, high));
  }
  // A shuffled ladder: ... -0.15, -0.05, 0.05, 0.15 ...
  const ladder = Array.from({ length: count }, (_, rung) => (rung - count / 2 + 0.5) * 0.1);
  return Float32Array.from(ladder, (_, position) => {
    const other = stream.int(position, count - 1);
    const [mine = 0, theirs = 0] = [ladder[position], ladder[other]];
    ladder[other] = mine;
    return theirs;
  });
}

/** A case with numbers in: what it is fed, its result, and our gradients of sum(result * weights). */
export function prepare({ shapes, numbers, build }: Case) {
  const inputs = shapes.map((shape, position) =>
    placeholder(`x${position}`, { shape, dtype: "float32" })
  );
  const result = build(...inputs);
  const weights = placeholder("weights", { shape: result.shape, dtype: "float32" });
  const fed = {
    ...Object.fromEntries(
      shapes.map((
        shape,
        position,
      ) => [`x${position}`, numbersOf(numbers, elementCount(shape), position)]),
    ),
    weights: numbersOf(undefined, elementCount(result.shape), 99),
    labels: LABELS,
  };
  return { fed, result, ours: gradients(sumAll(multiply(result, weights)), inputs) };
}

/** Numbers by name. */
export type Feeds = Record<string, Float32Array | Int32Array>;

const STEP = 1e-2;

/**
 * Measures how the weighted result rises with each element of an input.
 *
 * @param calculate returns the result first
 */
export async function risesOf(
  fed: Feeds,
  name: string,
  calculate: (
    fed: Feeds,
  ) => readonly Float32Array[] | Promise<readonly Float32Array[]>,
): Promise<readonly number[]> {
  const x = fed[name] ?? new Float32Array();
  const weights = fed["weights"] ?? new Float32Array();
  const rises: number[] = [];
  for (const [element, value] of x.entries()) {
    const at = async (moved: number) => {
      const changed = Float32Array.from(x);
      changed[element] = moved;
      const [y = new Float32Array()] = await calculate({ ...fed, [name]: changed });
      return { x: changed[element] ?? 0, y };
    };
    const [above, below] = [await at(value + STEP), await at(value - STEP)];
    const rise = above.y.reduce(
      (sum, y, place) => sum + (y - (below.y[place] ?? 0)) * (weights[place] ?? 0),
      0,
    );
    rises.push(rise / (above.x - below.x));
  }
  return rises;
}
