/** The numbers of the native engine beside TensorFlow's. */
import { assert, assertEquals } from "@std/assert";
import type { Level } from "../../../../ml/engines/native/library.ts";
import type { prepare } from "../../graph/gradients/prepare.ts";
import { calculatingNatively, type NativeOptions } from "../../support/native.ts";
import { compute, distance } from "../../support/tensorflow.ts";

/** Ways to calculate, and the bound of the numbers. */
interface Comparison {
  readonly level: Level;
  /** Divisions of the work, as options of the calculation. */
  readonly modes: readonly Omit<NativeOptions, "level" | "threads">[];
  /** Numbers of threads, on which the bits must be the same. */
  readonly threads: readonly number[];
  /** The largest distance from TensorFlow's numbers. */
  readonly bound: number;
}

/** Asserts that a case has TensorFlow's numbers in each mode, and the same bits on any number of threads. */
export async function holdToTensorFlow(
  { fed, result, ours }: ReturnType<typeof prepare>,
  { level, modes, threads, bound }: Comparison,
): Promise<void> {
  const expected = await compute([result, ...ours], fed);
  for (const mode of modes) {
    let bits: readonly Float32Array[] | undefined;
    for (const count of threads) {
      const actual = await calculatingNatively(
        [result, ...ours],
        (calculate) => calculate(fed),
        { level, threads: count, ...mode },
      );
      for (const [at, values] of expected.entries()) {
        const off = distance(actual[at] ?? [], values);
        assert(off < bound, `result ${at} is off by ${off}`);
      }
      assertEquals(actual, bits ??= actual);
    }
  }
}
