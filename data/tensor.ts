/**
 * The values of samples: images, as published, and tensors. They are plain records, unlike the graph's tensors in
 * ml/.
 */

/** Storage of a tensor. The array's type is the tensor's dtype. */
export type TensorData =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | Uint8Array
  | Uint16Array
  | Uint32Array;

/** Numbers with a shape, row-major. */
export interface Tensor<Data extends TensorData = TensorData> {
  readonly shape: readonly number[];
  readonly data: Data;
}

/** An image, as published: PyTorch uses PIL images. */
export interface Image {
  /** [height, width, channels] */
  readonly shape: readonly [height: number, width: number, channels: number];
  /** 0..255, row-major. */
  readonly pixels: Uint8Array;
}

/** Returns true if a value is a typed array that can back a tensor. */
export function isTensorData(value: unknown): value is TensorData {
  return value instanceof Float32Array || value instanceof Float64Array ||
    value instanceof Int8Array || value instanceof Int16Array || value instanceof Int32Array ||
    value instanceof Uint8Array || value instanceof Uint16Array || value instanceof Uint32Array;
}

/** Returns true if a value is a tensor. */
export function isTensor(value: unknown): value is Tensor {
  return typeof value === "object" && value !== null && "shape" in value && "data" in value &&
    Array.isArray(value.shape) && isTensorData(value.data);
}

/** Returns true if a value is an image. */
export function isImage(value: unknown): value is Image {
  return typeof value === "object" && value !== null && "shape" in value && "pixels" in value &&
    Array.isArray(value.shape) && value.shape.length === 3 && value.pixels instanceof Uint8Array;
}
