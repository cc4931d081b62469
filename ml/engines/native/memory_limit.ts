/** The memory that graphs need, held against the memory that there is, before any of it is taken. */
import process from "node:process";
import { NativeEngineError } from "./library.ts";
import { type MemoryPlan, UNIT } from "./memory.ts";

/** Bytes of a float32. */
const FLOAT_BYTES = 4;

/** The machine's side of a graph. */
export interface MemoryLimit {
  readonly threads: number;
  /** Numbers of the variables. */
  readonly stateFloats: number;
  readonly memoryBytes: number;
}

/**
 * Returns the memory that this process can have, in bytes: the machine's, or less where a container limits it; infinite
 * where this process may not know it.
 */
export function machineMemory(): number {
  try {
    const limit = process.constrainedMemory();
    return Math.min(Deno.systemMemoryInfo().total, limit > 0 ? limit : Infinity);
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) return Infinity;
    throw error;
  }
}

/** Returns the bytes that a graph needs, variables included. */
export function bytesNeeded(
  { constant, shared, local }: MemoryPlan,
  { threads, stateFloats }: Pick<MemoryLimit, "threads" | "stateFloats">,
): number {
  return FLOAT_BYTES * (stateFloats + UNIT * (constant + shared + threads * local));
}

/**
 * Checks that a graph fits.
 *
 * @throws {NativeEngineError} with what it needs and what there is
 */
export function mustFit(memory: MemoryPlan, limit: MemoryLimit): void {
  const needed = bytesNeeded(memory, limit);
  const { memoryBytes } = limit;
  if (needed <= memoryBytes) return;
  throw new NativeEngineError(
    `Cannot train this network: its memory must be at most ${
      gigabytes(memoryBytes)
    }, which the machine or its container has, got ` +
      `${gigabytes(needed)}. Lower batchSize, or make layers smaller.`,
  );
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toPrecision(3)} GB`;
}
