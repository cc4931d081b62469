/** Calculators of graphs, for tests. */
import type { Fed } from "../../../ml/engines/tensorflow/runtime.ts";

/** Some tensors, ready to be computed again and again. */
export interface Calculator {
  /** The elements of each tensor. What they read from placeholders is fed by name. */
  (fed?: Readonly<Record<string, Fed>>): readonly Float32Array[];
}

/** A calculator whose engine runs beside this thread. */
export type AsyncCalculator = (
  fed?: Readonly<Record<string, Float32Array | Int32Array>>,
) => Promise<readonly Float32Array[]>;
