/**
 * The native engine's library by Deno's FFI. Only processes that train or predict load it, since native code
 * can crash its process.
 * Memory that C++ keeps for longer than a call is held here.
 */
import { errorMessage } from "../../../lib/error_message.ts";
import type { PlanWords } from "./plan.ts";

/** The version of the library's interface: that of native/kernels/plan.h. */
export const ABI_VERSION = 9;

const VERSION_SYMBOLS = {
  native_abi_version: { parameters: [], result: "i32", optional: true },
} as const satisfies Deno.ForeignLibraryInterface;

const SYMBOLS = {
  native_supports: { parameters: ["buffer"], result: "i32" },
  native_open: { parameters: ["buffer", "i32", "i64"], result: "pointer" },
  native_close: { parameters: ["pointer"], result: "void" },
  native_kernel: { parameters: ["pointer", "buffer"], result: "i32" },
  native_add_table: {
    parameters: ["pointer", "buffer", "i64", "i64", "i32", "i32"],
    result: "i32",
  },
  native_read: { parameters: ["pointer", "i64", "i64", "buffer"], result: "i32" },
  native_write: { parameters: ["pointer", "i64", "i64", "buffer"], result: "i32" },
  native_add_plan: {
    parameters: ["pointer", "buffer", "i64", "buffer", "i64"],
    result: "i32",
  },
  native_run: {
    parameters: ["pointer", "i32", "i64", "buffer", "i64", "buffer", "i64"],
    result: "i32",
    nonblocking: true,
  },
  native_run_here: {
    name: "native_run",
    parameters: ["pointer", "i32", "i64", "buffer", "i64", "buffer", "i64"],
    result: "i32",
  },
  native_number: { parameters: ["pointer"], result: "i32" },
} as const satisfies Deno.ForeignLibraryInterface;

/** Sets of instructions for which the library has kernels, the fastest first. */
export const LEVELS = ["avx512", "avx2", "plain"] as const;

/** A set of instructions. */
export type Level = typeof LEVELS[number];

/** Thrown if the engine cannot do what it was asked for. */
export class NativeEngineError extends Error {
  override readonly name = "NativeEngineError";
}

/** Bytes, or numbers of 32 bits, row by row. */
export interface TableData {
  readonly data: Uint8Array | Int32Array | Float32Array;
  readonly rows: number;
  readonly rowSize: number;
}

/** A plan in the engine. */
export interface LoadedPlan {
  /**
   * Runs steps.
   *
   * @param fed the words that are given before each step, step by step
   * @returns the words that are read after each step, step by step
   * @throws {NativeEngineError} if a step reads a sample or a class that does not exist
   */
  run(steps: number, fed: Int32Array<ArrayBuffer>): Promise<Int32Array<ArrayBuffer>>;
}

/** Variables, tables and plans on some threads. */
export interface Machine {
  /** Returns the number of a kernel. */
  kernel(name: string): number;
  /** Adds a table; returns its number. */
  addTable(table: TableData): number;
  /** Fills an array with variables, from an offset in floats. */
  read(offset: number, values: Float32Array<ArrayBuffer>): void;
  write(offset: number, values: Float32Array): void;
  /** @throws {NativeEngineError} if the plan does not fit, or there is too little memory for it */
  addPlan(plan: PlanWords): LoadedPlan;
  /** Frees everything, once no run is going on. */
  close(): void;
}

/** Settings of a machine. */
export interface MachineOptions {
  /**
   * True for a process that does nothing else meanwhile: its own thread runs plans, which saves two changes of threads.
   */
  readonly isBlocking?: boolean;
}

/** The library, loaded. */
export interface Library {
  /** The sets of instructions that this processor knows, the fastest first. */
  readonly levels: readonly Level[];
  /**
   * Starts threads with memory for variables.
   *
   * @throws {NativeEngineError} if there is too little memory
   */
  open(level: Level, threads: number, stateFloats: number, options?: MachineOptions): Machine;
}

/** Why the engine refuses a plan, by its number. */
const REFUSALS: Readonly<Record<number, string>> = {
  [-1]: "it must be well-formed; after a change of the kernels, run `deno task setup`",
  [-2]: "there must be memory for it; lower batchSize, or free memory",
  [-3]: "tensors must lie in its memory",
  [-4]: "calls must stay within their operands",
  [-5]: "tasks must stay within their calls",
  [-6]: "what is given or read must lie in shared memory",
};

/**
 * Loads the library.
 *
 * @throws {NativeEngineError} if it cannot be loaded, or was compiled from sources with another interface
 */
export function loadLibrary(path: string): Library {
  const version = open(path, VERSION_SYMBOLS).native_abi_version?.();
  if (version !== ABI_VERSION) {
    throw new NativeEngineError(
      `Cannot load ${path}: its interface must have version ${ABI_VERSION}, got ${
        version ?? "none"
      }, as it was compiled from other sources. Run \`deno task setup\`.`,
    );
  }
  const symbols = open(path, SYMBOLS);
  return {
    levels: LEVELS.filter((level) => symbols.native_supports(text(level)) === 1),
    open: (level, threads, stateFloats, { isBlocking = false } = {}) =>
      openMachine(
        isBlocking ? { ...symbols, native_run: symbols.native_run_here } : symbols,
        level,
        threads,
        stateFloats,
      ),
  };
}

function open<Interface extends Deno.ForeignLibraryInterface>(
  path: string,
  symbols: Interface,
): Deno.DynamicLibrary<Interface>["symbols"] {
  try {
    return Deno.dlopen(path, symbols).symbols;
  } catch (error) {
    throw new NativeEngineError(
      `Cannot load ${path}: ${errorMessage(error)}. Run \`deno task setup\`.`,
      { cause: error },
    );
  }
}

type Loaded = Deno.DynamicLibrary<typeof SYMBOLS>["symbols"];
type Symbols = Omit<Loaded, "native_run"> & {
  readonly native_run: Loaded["native_run"] | Loaded["native_run_here"];
};

function openMachine(
  symbols: Symbols,
  level: Level,
  threads: number,
  stateFloats: number,
): Machine {
  const engine = symbols.native_open(text(level), threads, BigInt(stateFloats));
  if (!engine) {
    throw new NativeEngineError(
      `Cannot open the engine: there must be memory for ${stateFloats} numbers on a processor with ${level}.`,
    );
  }
  // C++ reads tables until the engine is closed: the garbage collector must not take them.
  const held: TableData[] = [];
  const runs = new Set<symbol>();
  return {
    kernel(name) {
      const number = symbols.native_kernel(engine, text(name));
      if (number < 0) {
        throw new NativeEngineError(
          `Cannot find kernel '${name}': the engine was compiled from other sources. Run \`deno task setup\`.`,
        );
      }
      return number;
    },
    addTable(table) {
      const number = addTable(symbols, engine, table);
      held.push(table);
      return number;
    },
    read(offset, values) {
      const count = values.length;
      if (symbols.native_read(engine, BigInt(offset), BigInt(count), values) !== 0) {
        throw new NativeEngineError(
          `Cannot read ${count} numbers at ${offset}: they do not exist.`,
        );
      }
    },
    write(offset, values) {
      const count = values.length;
      if (symbols.native_write(engine, BigInt(offset), BigInt(count), plain(values)) !== 0) {
        throw new NativeEngineError(
          `Cannot write ${count} numbers at ${offset}: they do not exist.`,
        );
      }
    },
    addPlan: (plan) => addPlan(symbols, engine, plan, runs),
    close() {
      if (runs.size > 0) throw new RangeError("Cannot close the engine: it is still running.");
      symbols.native_close(engine);
      held.length = 0;
    },
  };
}

function addTable(
  symbols: Symbols,
  engine: Deno.PointerValue,
  { data, rows, rowSize }: TableData,
): number {
  const [length, isBytes] = [BigInt(data.byteLength), Number(data instanceof Uint8Array)];
  const [count, bytes] = [BigInt(rows), plain(data)];
  const number = symbols.native_add_table(engine, bytes, length, count, rowSize, isBytes);
  if (number < 0) {
    throw new NativeEngineError(
      `Cannot add a table: it must have ${rows} rows of ${rowSize}, got ${data.length} numbers.`,
    );
  }
  return number;
}

/** @param runs the runs that are going on */
function addPlan(
  symbols: Symbols,
  engine: Deno.PointerValue,
  { words, constants, fedWords, readWords }: PlanWords,
  runs: Set<symbol>,
): LoadedPlan {
  const [count, constantCount] = [BigInt(words.length), BigInt(constants.length)];
  const plan = symbols.native_add_plan(engine, words, count, constants, constantCount);
  if (plan < 0) {
    const rule = REFUSALS[plan] ?? `it must not fail with ${plan}`;
    throw new NativeEngineError(
      `Cannot take the plan: ${rule}, got number ${symbols.native_number(engine)}.`,
    );
  }
  return {
    async run(steps, fed) {
      if (fed.length !== steps * fedWords) {
        throw new RangeError(
          `Cannot run ${steps} steps: there must be ${steps * fedWords} words, got ${fed.length}.`,
        );
      }
      const read = new Int32Array(steps * readWords);
      const [length, room] = [BigInt(fed.length), BigInt(read.length)];
      const run = Symbol();
      runs.add(run);
      try {
        const fault = await symbols.native_run(
          engine,
          plan,
          BigInt(steps),
          fed,
          length,
          read,
          room,
        );
        if (fault !== 0) throw faultError(fault, symbols.native_number(engine));
        return read;
      } finally {
        runs.delete(run);
      }
    },
  };
}

function faultError(fault: number, value: number): NativeEngineError {
  return new NativeEngineError(
    fault === 1
      ? `Cannot run a step: a sample or class must exist, got index ${value}.`
      : `Cannot run a step: the engine failed with ${fault}.`,
  );
}

/** Typed arrays of shared memory have other types; those of datasets and weights are of plain memory. */
function plain(values: TableData["data"]): BufferSource {
  return values as Exclude<typeof values, ArrayBufferView<SharedArrayBuffer>> as BufferSource;
}

function text(value: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`${value}\0`);
}
