/** The meaning of a Parquet file's columns, which Hugging Face's metadata, their types and their names tell. */
import { type FileMetaData, parquetSchema, type SchemaTree } from "hyparquet";
import type { ReaderOptions } from "../format.ts";
import { LABEL_NAMES } from "../label_names.ts";

/** The columns of a sample. */
export interface ParquetColumns {
  readonly label: string;
  /** The names of the classes by label, where they are known. */
  readonly classes: readonly string[] | undefined;
  readonly values:
    | { readonly kind: "image"; readonly column: string }
    | {
      readonly kind: "numbers";
      readonly columns: readonly string[];
      /** Those whose values are lists of numbers, as vectors are stored. */
      readonly lists: readonly string[];
    };
}

/** A feature in Hugging Face's metadata. */
interface Feature {
  readonly _type?: unknown;
  readonly names?: unknown;
}

const NUMBERS = ["INT32", "INT64", "FLOAT", "DOUBLE", "BOOLEAN"];

/** The column of a pandas index. */
const INDEX = /^__index_level_\d+__$/;

/**
 * Finds the columns of samples.
 *
 * @throws {RangeError} whose message completes 'Cannot import FILE: it …'
 */
export function findColumns(
  metadata: FileMetaData,
  { parquet = {}, csv = {} }: ReaderOptions,
): ParquetColumns {
  const columns = parquetSchema(metadata).children;
  const names = columns.map(({ element }) => element.name).filter((name) => !INDEX.test(name));
  const features = featuresOf(metadata);
  const known = (name: string, option: string) => {
    if (names.includes(name)) return name;
    throw new RangeError(`must hold the column of ${option}, got ${names.join(", ")}.`);
  };
  const ofType = (type: string) => names.find((name) => features[name]?._type === type);
  const byName = LABEL_NAMES.map((name) => names.find((each) => each.toLowerCase() === name));
  const chosen = parquet.label ?? csv.label;
  const label = chosen === undefined
    ? ofType("ClassLabel") ?? byName.find((name) => name !== undefined)
    : known(chosen, "label");
  if (label === undefined) {
    throw new RangeError(
      `must hold a column of labels, named label or by the option label, got ${names.join(", ")}.`,
    );
  }
  const image = parquet.image === undefined
    ? ofType("Image") ?? columns.find(isImage)?.element.name
    : known(parquet.image, "image");
  const texts = features[label]?.names;
  const classes = Array.isArray(texts) ? texts.map(String) : undefined;
  if (image !== undefined) return { label, classes, values: { kind: "image", column: image } };
  const numbers = csv.features?.map((name) => known(name, "features")) ??
    names.filter((name) => name !== label);
  for (const name of numbers) {
    const column = columns.find(({ element }) => element.name === name);
    if (column && isNumbers(column)) continue;
    throw new RangeError(
      `must hold numbers but for the label, got others in column ${name}. Choose columns by the option features.`,
    );
  }
  if (numbers.length === 0) {
    throw new RangeError(`must hold values beside the label, got ${label} alone.`);
  }
  const lists = numbers.filter((name) =>
    columns.some(({ element, children }) => element.name === name && children.length > 0)
  );
  return { label, classes, values: { kind: "numbers", columns: numbers, lists } };
}

/** Returns true for a column of numbers, or of lists of numbers of any depth. */
function isNumbers({ element, children }: SchemaTree): boolean {
  const [child, ...others] = children;
  if (child) return others.length === 0 && isNumbers(child);
  return element.type !== undefined && NUMBERS.includes(element.type) ||
    element.logical_type?.type === "FLOAT16";
}

/** Returns true for a struct with bytes, or a column of bytes. */
function isImage({ element, children }: SchemaTree): boolean {
  return children.some((child) => child.element.name === "bytes") ||
    element.type === "BYTE_ARRAY" && element.converted_type === undefined &&
      element.logical_type === undefined;
}

function featuresOf(
  { key_value_metadata: pairs = [] }: FileMetaData,
): Readonly<Record<string, Feature>> {
  const text = pairs.find(({ key }) => key === "huggingface")?.value;
  try {
    const features = JSON.parse(text ?? "{}")?.info?.features;
    return typeof features === "object" && features !== null ? features : {};
  } catch {
    return {};
  }
}
