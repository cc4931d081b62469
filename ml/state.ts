/** The state of a training outside of an engine: weights and optimizer state as named arrays. */

/** A named array. Names and shapes are PyTorch's: kernels [out, in, height, width], matrices [out, in]. */
export interface StateArray {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
}
