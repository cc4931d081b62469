/** TIFFs whose values libvips would take for others. */

type Field = "bits" | "compression" | "photometric" | "format";

/** Fields by their tags. */
const FIELDS: ReadonlyMap<number, Field> = new Map([
  [258, "bits"],
  [259, "compression"],
  [262, "photometric"],
  [339, "format"],
]);
const JPEG: readonly number[] = [6, 7];
const YCBCR = 6;
/** Whole numbers without a sign, and those of which nothing is said. */
const UNSIGNED: readonly number[] = [1, 4];
const MAX_BITS = 16;

/**
 * Checks that a TIFF has whole numbers of at most 16 bits, as floats are read by one scale for grey and by another for
 * colours, and no YCbCr but that of JPEG, which is read as if it were RGB. Says nothing of other files, nor of damage.
 *
 * @throws {RangeError} whose message completes 'Cannot use FILE: it …'
 */
export function checkTiff(bytes: Uint8Array): void {
  const { bits = 1, compression = 1, photometric, format = 1 } = readFields(bytes);
  if (!UNSIGNED.includes(format) || bits > MAX_BITS) {
    throw new RangeError("must have whole numbers of at most 16 bits in a TIFF, got others.");
  }
  if (photometric === YCBCR && !JPEG.includes(compression)) {
    throw new RangeError("must have grey, RGB or CMYK pixels in a TIFF, got YCbCr.");
  }
}

/** Reads the fields of the first image, of each its first value; none of a file that is no TIFF or is damaged. */
function readFields(bytes: Uint8Array): Partial<Record<Field, number>> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isLittle = bytes[0] === 0x49;
  const fields: Partial<Record<Field, number>> = {};
  try {
    if (![0x4949, 0x4d4d].includes(view.getUint16(0)) || view.getUint16(2, isLittle) !== 42) {
      return {};
    }
    const directory = view.getUint32(4, isLittle);
    for (
      let left = view.getUint16(directory, isLittle), at = directory + 2;
      left > 0;
      left--, at += 12
    ) {
      const name = FIELDS.get(view.getUint16(at, isLittle));
      if (name) fields[name] = readShort(view, at, isLittle);
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  return fields;
}

/**
 * Reads the first of a field's numbers of 16 bits: in the entry at a place, or where it points to if there are several.
 */
function readShort(view: DataView, at: number, isLittle: boolean): number {
  const isInside = view.getUint32(at + 4, isLittle) <= 2;
  return view.getUint16(isInside ? at + 8 : view.getUint32(at + 8, isLittle), isLittle);
}
