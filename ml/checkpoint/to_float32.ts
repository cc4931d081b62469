/** Conversion of the number types of safetensors to float32. */

/** A type that can be read: its size, and the conversion of little-endian bytes. */
interface NumberType {
  readonly bytes: number;
  read(view: DataView, offset: number): number;
}

/** The types that weights are read from: PyTorch's, but for complex and 8-bit floats. */
const TYPES = {
  F64: { bytes: 8, read: (view, at) => view.getFloat64(at, true) },
  F32: { bytes: 4, read: (view, at) => view.getFloat32(at, true) },
  F16: { bytes: 2, read: (view, at) => view.getFloat16(at, true) },
  BF16: { bytes: 2, read: readBfloat16 },
  I64: { bytes: 8, read: (view, at) => Number(view.getBigInt64(at, true)) },
  I32: { bytes: 4, read: (view, at) => view.getInt32(at, true) },
} as const satisfies Readonly<Record<string, NumberType>>;

/** A type that weights are read from. */
export type ReadableType = keyof typeof TYPES;

/** The sizes of the types that weights are read from, in bytes. */
export const READABLE_TYPES: Readonly<Record<string, number>> = Object.fromEntries(
  Object.entries(TYPES).map(([name, { bytes }]) => [name, bytes]),
);

/** Converts little-endian bytes. */
export function toFloat32(bytes: Uint8Array, dtype: string): Float32Array {
  const type: NumberType | undefined = TYPES[dtype as ReadableType];
  if (!type) throw new RangeError(`Cannot read numbers of the type ${dtype}.`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Float32Array.from(
    { length: bytes.byteLength / type.bytes },
    (_, at) => type.read(view, at * type.bytes),
  );
}

/** The upper half of a float32. */
function readBfloat16(view: DataView, at: number): number {
  WORD.setUint32(0, view.getUint16(at, true) << 16);
  return WORD.getFloat32(0);
}

const WORD = new DataView(new ArrayBuffer(4));
