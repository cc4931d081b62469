/**
 * A graph as calls of kernels, before they have places in memory. A call sees its operands by rows, which are
 * independent of each other: samples of the batch, or rows of a matrix.
 */
import type { DType, Shape } from "../../graph/tensor.ts";

/** Memory that one or several values share. */
export interface Storage {
  /** Variables live from step to step, constants with the plan, scratch for a part of a step. */
  readonly home: "state" | "constant" | "scratch";
  /** Number of floats; for parts, of one of them. */
  readonly floats: number;
  /** Number of copies, one for each part of the rows; absent for one. */
  readonly parts?: number;
  /** True for room that a call works in: each thread has its own, for as long as the call takes. */
  readonly isRoom?: boolean;
  /** The offset among the variables, in floats. */
  readonly offset?: number;
  /** The numbers of a constant. */
  readonly values?: Float32Array;
}

/** An array that calls read and write. Bytes are held as float32. */
export interface Value {
  /** The operation that it is the result of, for people: 'conv2d'. */
  readonly name: string;
  readonly shape: Shape;
  readonly dtype: Exclude<DType, "uint8" | "bool">;
  readonly storage: Storage;
}

/** The way a call sees an operand. */
export type View = "whole" | "rows" | "parts";

/** An operand of a call. */
export interface Operand {
  readonly value: Value;
  readonly view: View;
}

/** A call of a kernel. */
export interface Call {
  readonly kernel: string;
  /** Operands that are written, then those that are read, in the kernel's order. */
  readonly operands: readonly Operand[];
  /** The number of operands that are written. */
  readonly outputs: number;
  /** The number of rows. */
  readonly units: number;
  readonly ints: readonly number[];
  readonly floats: readonly number[];
  /** True if its rows are the samples of the batch, so that it can run with others for some samples at a time. */
  readonly isBatch: boolean;
  /**
   * True if a later phase does it again rather than read its result from memory: it is cheap, and what it reads is
   * kept.
   */
  readonly isRepeated: boolean;
  /** True if it changes variables, at the end of the step. */
  readonly isUpdate: boolean;
  /** About how many multiply-adds it takes. */
  readonly cost: number;
}

/** Calls, and what goes in and out of them. */
export interface Calls {
  readonly calls: readonly Call[];
  /** Values that are given before each step, by the names of their placeholders. */
  readonly fed: readonly (readonly [name: string, value: Value])[];
  /** Values that are read after each step. */
  readonly read: readonly Value[];
  /** The number of samples of the batch. */
  readonly rows: number;
  /** The number of parts of the batch that are worked on side by side, whatever the number of threads. */
  readonly parts: number;
}

/** Cuts rows into parts: part p of P begins at row floor(rows * p / P). The kernels count in the same way. */
export function partBegin(rows: number, parts: number, part: number): number {
  return Math.floor((rows * part) / parts);
}
