/** Brings the records of a source to the form of the dataset: images are decoded in another thread, many at a time. */
import type { OpenedSource, SourceRecord } from "../data/formats/format.ts";
import { channelsOf, preprocess, type Preprocessing } from "../data/images/preprocessing.ts";
import { ImportError } from "../data/imported/error.ts";
import type { Image } from "../data/tensor.ts";
import { type Decoded, type DecodingThread, startDecoding } from "./decoding/thread.ts";
import type { ImportRequest, ImportState } from "./job.ts";
import type { SampleLabel } from "./samples_file.ts";

/** The largest number of records of a batch, and the number of bytes of files with which one is full. */
const MAX_RECORDS = 256;
const FULL_BYTES = 512 * 1024;

/** The number of batches that are prepared side by side. */
const BATCHES = Math.min(8, Math.max(2, navigator.hardwareConcurrency));

/** The largest side of images that no size was asked for. */
const MAX_UNASKED_SIDE = 256;

/** The form of samples. */
export type SampleForm = NonNullable<ImportState["sample"]>;

/** A sample that is ready to be stored, or the reason why there is none. */
export type Prepared =
  | {
    readonly kind: "sample";
    readonly form: SampleForm;
    readonly values: Uint8Array;
    readonly label: string;
    readonly split: SampleLabel["split"];
  }
  | { readonly kind: "problem"; readonly file: string; readonly message: string };

/** The parts of a running import that records are prepared by. */
export interface PrepareOptions {
  readonly request: ImportRequest;
  readonly source: OpenedSource;
  /** The number of records to skip. */
  readonly position: number;
  /** Returns the form of the samples, once the first one has decided on it. */
  readonly known: () => SampleForm | null;
}

/** Prepares the records of a source, several batches side by side, and yields these in their order. */
export async function* prepareAll(
  options: PrepareOptions,
): AsyncGenerator<readonly Prepared[], void> {
  const { source, position, known } = options;
  let thread: DecodingThread | undefined;
  const decode: DecodingThread["decode"] = (files, preprocessing) =>
    (thread ??= startDecoding()).decode(files, preprocessing);
  const running: Promise<readonly Prepared[]>[] = [];
  try {
    for await (const batch of inBatches(source.records(position), known)) {
      const prepared = prepareBatch(batch, options, decode);
      prepared.catch(() => {}); // Awaited below, unless another fails before.
      running.push(prepared);
      const next = running.length >= (known() ? BATCHES : 1) && running.shift();
      if (next) yield await next;
    }
    for (const prepared of running) yield await prepared;
  } finally {
    thread?.close();
  }
}

/** Puts records into batches: one in each while the form of the samples is not known. */
async function* inBatches(
  records: AsyncIterable<SourceRecord>,
  known: () => SampleForm | null,
): AsyncGenerator<readonly SourceRecord[], void> {
  let batch: SourceRecord[] = [];
  let bytes = 0;
  for await (const record of records) {
    batch.push(record);
    bytes += fileOf(record)?.length ?? 0;
    if (batch.length < MAX_RECORDS && bytes < FULL_BYTES && known()) continue;
    yield batch;
    batch = [];
    bytes = 0;
  }
  if (batch.length > 0) yield batch;
}

async function prepareBatch(
  batch: readonly SourceRecord[],
  { request, source, known }: PrepareOptions,
  decode: DecodingThread["decode"],
): Promise<readonly Prepared[]> {
  const form = known();
  const files = batch.map(fileOf).filter((file) => file !== undefined);
  const wanted = request.images ?? form?.preprocessing ?? undefined;
  const decoded = files.length === 0 ? [] : await decode(files, wanted);
  let next = 0;
  return batch.map((record) =>
    prepare(record, fileOf(record) && decoded[next++], request, source, form)
  );
}

function fileOf(record: SourceRecord): Uint8Array | undefined {
  return "problem" in record || record.value.kind !== "file" ? undefined : record.value.bytes;
}

/**
 * Brings a record to the form of the samples, or says why that cannot be.
 *
 * @param decoded the image of a file
 */
function prepare(
  record: SourceRecord,
  decoded: Decoded | undefined,
  request: ImportRequest,
  { content }: OpenedSource,
  known: SampleForm | null,
): Prepared {
  const { file } = record;
  if ("problem" in record) return { kind: "problem", file, message: record.problem };
  if (decoded && "problem" in decoded) {
    return { kind: "problem", file, message: `Cannot use it: it ${decoded.problem}` };
  }
  const { value, label, split } = record;
  const ready = (form: SampleForm, values: Uint8Array): Prepared => (
    { kind: "sample", form, values, label, split }
  );
  switch (value.kind) {
    case "pixels": {
      const [height, width, channels] = content.kind === "pixels" ? content.imageShape : [1, 1, 1];
      const color = channels === 1 ? "GREY" : "RGB";
      const own: Preprocessing = { width, height, color, fit: "COVER" };
      if (!request.images) return ready(known ?? imageForm(own), value.pixels);
      const image = { shape: [height, width, channels], pixels: value.pixels } as const;
      return ready(known ?? imageForm(request.images), preprocess(image, request.images));
    }
    case "features": {
      const { buffer, byteOffset, byteLength, length } = value.features;
      return ready(
        known ?? { kind: "features", imageShape: [1, 1, length], preprocessing: null },
        new Uint8Array(buffer, byteOffset, byteLength),
      );
    }
    case "file": {
      if (!decoded) throw new TypeError("A file must have been decoded.");
      const wanted = request.images ?? known?.preprocessing;
      if (wanted) return ready(known ?? imageForm(wanted), decoded.pixels);
      const own = ownSize(decoded, request);
      return ready(imageForm(own), preprocess(decoded, own));
    }
    default:
      return value satisfies never;
  }
}

function imageForm(preprocessing: Preprocessing): SampleForm {
  const { width, height, color } = preprocessing;
  return {
    kind: "images",
    imageShape: [height, width, channelsOf(color)],
    preprocessing: { ...preprocessing },
  };
}

/** Takes the size of the first image for all. */
function ownSize({ shape: [height, width] }: Image, { source }: ImportRequest): Preprocessing {
  if (height <= MAX_UNASKED_SIDE && width <= MAX_UNASKED_SIDE) {
    return { width, height, color: "RGB", fit: "COVER" };
  }
  throw new ImportError(
    `Cannot import ${source.name}: a size must be given for its images, as the first one has ` +
      `${width} x ${height} pixels.`,
  );
}
