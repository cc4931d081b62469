/** The native engine for tests: on two threads, with each set of instructions, and a calculator for graphs. */
import { compileGraph, loadGraph } from "../../../ml/engines/native/compile.ts";
import { openNative } from "../../../ml/engines/native/engine.ts";
import { type Level, type Library, loadLibrary } from "../../../ml/engines/native/library.ts";
import type { Engine } from "../../../ml/engines/engine.ts";
import type { Tensor } from "../../../ml/graph/tensor.ts";
import { kernelsFile } from "../../../native/paths.ts";
import type { AsyncCalculator } from "./calculator.ts";

const THREADS = 2;

/** The engine on two threads whatever the machine has. */
export function nativeEngine(): Promise<Engine> {
  return Promise.try(() => openNative({ threads: THREADS }));
}

let library: Library | undefined;

/** The library: the one that set-up has built, unless another is named first. */
export function nativeLibrary(path: string = kernelsFile()): Library {
  return library ??= loadLibrary(path);
}

/** Options of a calculator. */
export interface NativeOptions {
  readonly level?: Level;
  readonly threads?: number;
  /** The placeholders whose rows are samples of the batch, and their number; none if absent. */
  readonly samples?: readonly string[];
  readonly rows?: number;
  readonly parts?: number;
}

/** Makes a calculator, hands it over, and frees it. */
export async function calculatingNatively<T>(
  tensors: readonly Tensor[],
  use: (calculate: AsyncCalculator) => T | Promise<T>,
  { level, threads = THREADS, samples = [], rows = 0, parts = 1 }: NativeOptions = {},
): Promise<T> {
  const { levels, open } = nativeLibrary();
  const machine = open(level ?? levels[0] ?? "plain", threads, 0);
  try {
    const surroundings = { variables: new Map(), tables: new Map(), rows, samples, parts };
    const graph = loadGraph(compileGraph({ outputs: tensors, updates: [] }, surroundings), machine);
    return await use(async (fed = {}) => {
      const results = await graph.run(1, fed);
      return results.map((values) => Float32Array.from(values));
    });
  } finally {
    machine.close();
  }
}
