/** PyTorch's default_collate and default_convert, which combine samples to a batch. */
import {
  type Image,
  isImage,
  isTensor,
  isTensorData,
  type Tensor,
  type TensorData,
} from "../tensor.ts";
import { writePlanes } from "../transforms/transforms.ts";

/** Result type of defaultCollate() for samples of a type. */
export type Collated<Sample> = Sample extends Image ? Tensor<Float32Array>
  : Sample extends Tensor<infer Data> ? Tensor<Data>
  : Sample extends TensorData ? Tensor<Sample>
  : Sample extends number ? Tensor<Int32Array | Float64Array>
  : Sample extends boolean ? Tensor<Uint8Array>
  : Sample extends string ? readonly string[]
  : Sample extends object ? { readonly [Key in keyof Sample]: Collated<Sample[Key]> }
  : never;

/** Result type of defaultConvert() for a sample of a type. */
export type Converted<Sample> = Sample extends Image | Tensor ? Sample
  : Sample extends TensorData ? Tensor<Sample>
  : Sample extends object ? { readonly [Key in keyof Sample]: Converted<Sample[Key]> }
  : Sample;

/**
 * Combines samples of equal structure, with the batch as new first axis:
 *
 * - tensors and typed arrays of one shape -> a tensor [batch, ...]
 * - images -> a float32 tensor [batch, channels, height, width] of 0..1, as ToTensor() gives
 * - numbers -> an int32 tensor [batch] if all are whole (labels), else float64
 * - booleans -> a uint8 tensor [batch]; strings -> an array of them
 * - arrays and records -> the same, element by element
 *
 * @throws {TypeError} if the samples are of another kind, or of different kinds
 * @throws {RangeError} if their shapes or sizes differ, or there are none
 *
 * @example
 * ```ts
 * const [pairs, labels] = defaultCollate([[[1, 2], 0], [[3, 4], 1]] as const);
 * console.log(pairs, labels.shape); // columns of the samples, and [2]
 * ```
 */
export function defaultCollate<Sample>(samples: readonly Sample[]): Collated<Sample>;
export function defaultCollate(samples: readonly unknown[]): unknown {
  const [first] = samples;
  if (samples.length === 0) {
    throw new RangeError("Cannot collate: a batch must have at least 1 sample, got 0.");
  }
  if (isImage(first)) return stackImages(allOf(samples, isImage, "images"));
  if (isTensor(first)) return stack(allOf(samples, isTensor, "tensors"));
  if (isTensorData(first)) {
    const arrays = allOf(samples, isTensorData, "typed arrays");
    return stack(arrays.map((data) => ({ shape: [data.length], data })));
  }
  if (typeof first === "number") {
    const numbers = allOf(samples, (value) => typeof value === "number", "numbers");
    const data = numbers.every((value) => value === (value | 0))
      ? Int32Array.from(numbers)
      : Float64Array.from(numbers);
    return { shape: [data.length], data };
  }
  if (typeof first === "boolean") {
    const data = Uint8Array.from(allOf(samples, (value) => typeof value === "boolean", "booleans"));
    return { shape: [data.length], data };
  }
  if (typeof first === "string") {
    return allOf(samples, (value) => typeof value === "string", "strings");
  }
  if (Array.isArray(first)) {
    const arrays = allOf(samples, Array.isArray, "arrays");
    const differing = arrays.find(({ length }) => length !== first.length);
    if (differing !== undefined) {
      throw new RangeError(
        `Cannot collate: all arrays must have ${first.length} elements as the first has, ` +
          `got ${differing.length}.`,
      );
    }
    return first.map((_, at) => defaultCollate(arrays.map((array) => array[at])));
  }
  if (isRecord(first)) {
    const records = allOf(samples, isRecord, "records");
    return Object.fromEntries(
      Object.keys(first).map((key) => [key, defaultCollate(records.map((record) => record[key]))]),
    );
  }
  throw new TypeError(
    "Cannot collate: samples must be images, tensors, typed arrays, numbers, booleans, strings, or arrays " +
      `or records of them, got ${nameOf(first)}. Give a collateFn of your own.`,
  );
}

/** Converts typed arrays of a sample to tensors, for loading without batches. */
export function defaultConvert<Sample>(sample: Sample): Converted<Sample>;
export function defaultConvert(sample: unknown): unknown {
  if (isImage(sample) || isTensor(sample)) return sample;
  if (isTensorData(sample)) return { shape: [sample.length], data: sample };
  if (Array.isArray(sample)) return sample.map((element) => defaultConvert(element));
  if (isRecord(sample)) {
    return Object.fromEntries(
      Object.entries(sample).map(([key, value]) => [key, defaultConvert(value)]),
    );
  }
  return sample;
}

function stackImages(images: readonly Image[]): Tensor<Float32Array> {
  const [height = 0, width = 0, channels = 0] = sameShape(images);
  const size = height * width * channels;
  const data = new Float32Array(images.length * size);
  images.forEach((image, at) => writePlanes(image, data, at * size));
  return { shape: [images.length, channels, height, width], data };
}

function stack(tensors: readonly Tensor[]): Tensor {
  const shape = sameShape(tensors);
  const size = shape.reduce((product, length) => product * length, 1);
  const data = emptyLike(tensors[0]?.data ?? new Float32Array(), tensors.length * size);
  tensors.forEach((tensor, at) => {
    if (tensor.data.constructor !== data.constructor) {
      throw new TypeError(
        `Cannot collate: all tensors must be kept in a ${data.constructor.name} as the first is, ` +
          `got a ${tensor.data.constructor.name} at ${at}.`,
      );
    }
    if (tensor.data.length !== size) {
      throw new RangeError(
        `Cannot collate: a tensor [${shape.join(", ")}] must have ${size} numbers, ` +
          `got ${tensor.data.length} at ${at}.`,
      );
    }
    data.set(tensor.data, at * size);
  });
  return { shape: [tensors.length, ...shape], data };
}

/** Creates an array of the same type. */
function emptyLike(data: TensorData, length: number): TensorData {
  if (data instanceof Float32Array) return new Float32Array(length);
  if (data instanceof Float64Array) return new Float64Array(length);
  if (data instanceof Int8Array) return new Int8Array(length);
  if (data instanceof Int16Array) return new Int16Array(length);
  if (data instanceof Int32Array) return new Int32Array(length);
  if (data instanceof Uint8Array) return new Uint8Array(length);
  if (data instanceof Uint16Array) return new Uint16Array(length);
  return new Uint32Array(length);
}

function sameShape(samples: readonly { readonly shape: readonly number[] }[]): readonly number[] {
  const shape = samples[0]?.shape ?? [];
  const at = samples.findIndex((sample) =>
    sample.shape.length !== shape.length ||
    sample.shape.some((length, axis) => length !== shape[axis])
  );
  if (at < 0) return shape;
  throw new RangeError(
    `Cannot collate: all samples must have the shape [${shape.join(", ")}] as the first has, ` +
      `got [${samples[at]?.shape.join(", ")}] at ${at}.`,
  );
}

function allOf<T>(
  samples: readonly unknown[],
  is: (value: unknown) => value is T,
  what: string,
): readonly T[] {
  if (samples.every(is)) return samples;
  const at = samples.findIndex((sample) => !is(sample));
  throw new TypeError(
    `Cannot collate: all samples must be ${what} as the first is, got ${
      nameOf(samples[at])
    } at ${at}.`,
  );
}

function isRecord(value: unknown): value is { readonly [key: string]: unknown } {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function nameOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  return typeof value === "object" ? value.constructor?.name ?? "an object" : `a ${typeof value}`;
}
