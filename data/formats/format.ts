/** The interface of formats that can be imported. A format is one file with a reader, and a line in formats.ts. */
import type { Archive } from "../archives/archive.ts";
import type { Split } from "../dataset.ts";
import type { ImportProblem } from "../imported/error.ts";
import type { Preprocessing } from "../images/preprocessing.ts";

/** The names of all formats. */
export const FORMAT_NAMES = [
  "IMAGE_FOLDER",
  "IDX",
  "CSV",
  "NPZ",
  "PARQUET",
  "CIFAR",
] as const;
export type FormatName = (typeof FORMAT_NAMES)[number];

/** Settings of a table of comma-separated values. */
export interface CsvOptions {
  /** The column of the labels: its name, or its number from 1. */
  readonly label?: string | undefined;
  /** The columns of the values, by name or number; all others by default. */
  readonly features?: readonly string[] | undefined;
  /** [height, width] or [channels, height, width] of the image in a row, whose values are pixels then. */
  readonly imageShape?: readonly number[] | undefined;
}

/** Settings of Parquet files. */
export interface ParquetOptions {
  readonly image?: string | undefined;
  readonly label?: string | undefined;
}

/** Settings of IDX files. */
export interface IdxOptions {
  /** The name of one of several datasets, as its files are named: 'letters' in EMNIST's archive. */
  readonly set?: string | undefined;
}

/** Settings of readers. */
export interface ReaderOptions {
  readonly images?: Preprocessing | undefined;
  readonly csv?: CsvOptions | undefined;
  readonly parquet?: ParquetOptions | undefined;
  readonly idx?: IdxOptions | undefined;
  /**
   * Writes a packed file that is too large for the memory to the disk, in place of the one before.
   *
   * @returns its path
   */
  readonly unpack?: ((bytes: ReadableStream<Uint8Array>) => Promise<string>) | undefined;
}

/** The values of a sample. */
export type SampleValue =
  /** An image file, to be decoded. */
  | { readonly kind: "file"; readonly bytes: Uint8Array }
  /** Pixels [height, width, channels]. */
  | { readonly kind: "pixels"; readonly pixels: Uint8Array }
  | { readonly kind: "features"; readonly features: Float32Array };

/** A sample of a source, or the reason why there is none. */
export type SourceRecord =
  | {
    /** The path of its file, for a table with the row. */
    readonly file: string;
    /** Undefined where the source has no test part. */
    readonly split: Split | undefined;
    /** The name of its class. */
    readonly label: string;
    readonly value: SampleValue;
  }
  | { readonly file: string; readonly problem: string };

/** A source that is understood. */
export interface OpenedSource {
  readonly content:
    | { readonly kind: "files" }
    | { readonly kind: "pixels"; readonly imageShape: readonly [number, number, number] }
    | {
      readonly kind: "features";
      readonly count: number;
      /** The name of each feature, where the source has names. */
      readonly columns?: readonly string[] | undefined;
    };
  /** The number of records; undefined where it is not known before the last one. */
  readonly total: number | undefined;
  /** The names of the classes in their order; undefined if they are sorted as the labels are. */
  readonly classes?: readonly string[] | undefined;
  /** True if classes that are numbers are sorted as names, as torchvision sorts folders: 1, 10, 2. */
  readonly areNames?: boolean | undefined;
  /** True if the samples come in the order of their classes, so that they must be shuffled. */
  readonly isSorted: boolean;
  /** Parts that are left out whole, with the reasons. */
  readonly leftOut?: readonly ImportProblem[] | undefined;
  /**
   * Reads the records, always in the same order.
   *
   * @param skip the number of records at the beginning that are not needed; they are not yielded
   */
  records(skip: number): AsyncGenerator<SourceRecord, void>;
}

/** A format. */
export interface Format {
  /** The format in words. */
  readonly title: string;
  /** Returns true if the files are of this format. */
  detect(archive: Archive): Promise<boolean>;
  /** @throws {ImportError} if the source cannot be read in this format */
  open(archive: Archive, options: ReaderOptions, source: string): Promise<OpenedSource>;
}
