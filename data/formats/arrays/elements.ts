/** The types of an array's elements, and their decoding to numbers. */

/** Types of numbers, as NumPy names them. */
export const NUMBER_TYPES = [
  "b1",
  "i1",
  "u1",
  "i2",
  "u2",
  "i4",
  "u4",
  "i8",
  "u8",
  "f2",
  "f4",
  "f8",
] as const;
export type NumberType = (typeof NUMBER_TYPES)[number];

/** Type of an array's elements: numbers, or texts of a fixed number of characters. */
export type ElementType =
  | { readonly kind: "number"; readonly type: NumberType; readonly isLittleEndian: boolean }
  | {
    readonly kind: "text";
    readonly encoding: "latin1" | "utf32";
    readonly length: number;
    readonly isLittleEndian: boolean;
  };

/** Values of an array: bytes where they are bytes, else numbers. */
export type Values = Uint8Array | Float64Array;

/** Returns the size of an element in bytes. */
export function elementBytes(element: ElementType): number {
  return element.kind === "number"
    ? Number(element.type.slice(1))
    : element.length * (element.encoding === "latin1" ? 1 : 4);
}

type Read = (view: DataView, at: number, isLittleEndian: boolean) => number;

const READS: Readonly<Record<Exclude<NumberType, "u1">, Read>> = {
  b1: (view, at) => view.getUint8(at) === 0 ? 0 : 1,
  i1: (view, at) => view.getInt8(at),
  i2: (view, at, little) => view.getInt16(at, little),
  u2: (view, at, little) => view.getUint16(at, little),
  i4: (view, at, little) => view.getInt32(at, little),
  u4: (view, at, little) => view.getUint32(at, little),
  i8: (view, at, little) => Number(view.getBigInt64(at, little)),
  u8: (view, at, little) => Number(view.getBigUint64(at, little)),
  f2: (view, at, little) => view.getFloat16(at, little),
  f4: (view, at, little) => view.getFloat32(at, little),
  f8: (view, at, little) => view.getFloat64(at, little),
};

/** Decodes numbers. */
export function decodeNumbers(
  bytes: Uint8Array<ArrayBuffer>,
  type: NumberType,
  isLittleEndian: boolean,
): Values {
  if (type === "u1") return bytes;
  const read = READS[type];
  const size = Number(type.slice(1));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values = new Float64Array(bytes.length / size);
  for (let at = 0; at < values.length; at++) values[at] = read(view, at * size, isLittleEndian);
  return values;
}

/** Decodes texts, which are filled up with zeros. */
export function decodeTexts(
  bytes: Uint8Array<ArrayBuffer>,
  element: Extract<ElementType, { kind: "text" }>,
): readonly string[] {
  const { encoding, length, isLittleEndian } = element;
  const size = encoding === "latin1" ? 1 : 4;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const codeAt = (at: number) =>
    size === 1 ? view.getUint8(at) : view.getUint32(at * 4, isLittleEndian);
  return Array.from({ length: length === 0 ? 0 : bytes.length / size / length }, (_, text) => {
    const codes = Array.from({ length }, (_, at) => codeAt(text * length + at));
    if (codes.some((code) => code > 0x10ffff)) {
      throw new RangeError("must hold texts, got other bytes.");
    }
    return String.fromCodePoint(...codes).replace(/\0+$/, "");
  });
}
