/** Reads the records of a source, brings each to the form of the dataset, and stores the samples with the state. */
import type { OpenedSource, SourceRecord } from "../data/formats/format.ts";
import { decodeImage } from "../data/images/decode.ts";
import { channelsOf, preprocess, type Preprocessing } from "../data/images/preprocessing.ts";
import { ImportError } from "../data/imported/error.ts";
import { MAX_CLASSES } from "../data/imported/manifest.ts";
import type { Image } from "../data/tensor.ts";
import { addProblem, type ImportRequest, type ImportState } from "./job.ts";
import { openSamples, type SampleLabel, type SamplesFile } from "./samples_file.ts";
import { SAVE_INTERVAL_MS } from "./timeouts.ts";

/** The number of images that are decoded side by side. */
const DECODERS = Math.min(8, Math.max(2, navigator.hardwareConcurrency));

/** The number of samples that are stored at once. */
const BATCH = 64;

/** The largest side of images that no size was asked for. */
const MAX_UNASKED_SIDE = 256;

/** The form of samples. */
type SampleForm = NonNullable<ImportState["sample"]>;

/** The parts of a running import. */
export interface StoreOptions {
  readonly folder: string;
  readonly request: ImportRequest;
  readonly source: OpenedSource;
  readonly state: ImportState;
  /** Stores and reports a state. */
  readonly save: (state: ImportState) => Promise<void>;
  /** Repeats work while the disk is full. */
  readonly onDisk: <T>(work: () => Promise<T>) => Promise<T>;
  /** Ends the import. */
  readonly signal: AbortSignal;
}

/** A sample that is ready to be stored, or the reason why there is none. */
type Prepared =
  | {
    readonly kind: "sample";
    readonly form: SampleForm;
    readonly values: Uint8Array;
    readonly label: string;
    readonly split: SampleLabel["split"];
  }
  | { readonly kind: "problem"; readonly file: string; readonly message: string };

/**
 * Stores the samples of a source, from the state's position on.
 *
 * @returns the samples, all of which are on the disk
 * @throws {ImportError} if the source cannot be used
 */
export async function storeSamples(options: StoreOptions): Promise<SamplesFile> {
  const { folder, request, save, onDisk, signal } = options;
  let { state } = options;
  let samples = state.sample ? await open(state.sample) : undefined;
  const labels = createLabels(state.labels, request);
  let waiting: { readonly values: Uint8Array; readonly label: SampleLabel }[] = [];
  let savedAt = Date.now();
  /** The state that is being stored. */
  let saving = Promise.resolve();

  async function open(form: SampleForm): Promise<SamplesFile> {
    return await openSamples(folder, state.imported, bytesOf(form));
  }

  async function take(prepared: Prepared): Promise<void> {
    state = { ...state, position: state.position + 1 };
    if (prepared.kind === "problem") {
      state = addProblem(state, prepared.file, prepared.message);
    } else {
      const { form, values, label, split } = prepared;
      if (!samples) {
        samples = await open(form);
        state = { ...state, sample: form };
      }
      waiting.push({ values, label: { label: labels.numberOf(label), split } });
      state = { ...state, imported: state.imported + 1 };
    }
    if (waiting.length >= BATCH) await flush();
    if (Date.now() - savedAt < SAVE_INTERVAL_MS) return;
    await saving;
    signal.throwIfAborted();
    await flush();
    // The disk takes a while, in which the next samples are prepared.
    saving = store({ ...state, labels: labels.names() });
    saving.catch(() => {}); // Awaited before the next one.
    savedAt = Date.now();
  }

  async function flush(): Promise<void> {
    const batch = waiting;
    waiting = [];
    if (batch.length === 0) return;
    await onDisk(async () =>
      await samples?.append(batch.map(({ values }) => values), batch.map(({ label }) => label))
    );
  }

  /** Stores a state, all of whose samples were appended. */
  async function store(state: ImportState): Promise<void> {
    await onDisk(async () => await samples?.sync());
    await save(state);
  }

  try {
    for await (const prepared of prepareAll(options, () => state.sample)) await take(prepared);
    await saving;
    signal.throwIfAborted();
    await flush();
    await store(state = { ...state, labels: labels.names() });
  } catch (error) {
    await saving.catch(() => {});
    samples?.close();
    throw error;
  }
  if (samples) return samples;
  const [first] = state.problems;
  throw new ImportError(
    `Cannot import ${request.source.name}: it must hold samples, got none that can be used.` +
      (first ? ` The first problem: ${first.file}: ${first.message}` : ""),
  );
}

/**
 * Prepares the records of a source, several side by side, and yields them in their order.
 *
 * @param known returns the form of the samples, once the first one has decided on it
 */
async function* prepareAll(
  { source, request, state }: StoreOptions,
  known: () => SampleForm | null,
): AsyncGenerator<Prepared, void> {
  const running: Promise<Prepared>[] = [];
  for await (const record of source.records(state.position)) {
    const form = known();
    const prepared = prepare(record, request, source, form);
    prepared.catch(() => {}); // Awaited below, unless another fails before.
    running.push(prepared);
    const next = running.length >= (form ? DECODERS : 1) && running.shift();
    if (next) yield await next;
  }
  for (const prepared of running) yield await prepared;
}

/** Numbers labels in the order in which they first come. */
function createLabels(known: readonly string[], { source }: ImportRequest) {
  const numbers = new Map(known.map((label, at) => [label, at]));
  return {
    names: () => [...numbers.keys()],
    numberOf(name: string): number {
      const number = numbers.get(name) ?? numbers.size;
      if (number === MAX_CLASSES) {
        throw new ImportError(
          `Cannot import ${source.name}: it must have at most ${MAX_CLASSES} classes, got more. ` +
            "Is the column or folder of the labels the right one?",
        );
      }
      numbers.set(name, number);
      return number;
    },
  };
}

/** Brings a record to the form of the samples, or says why that cannot be. */
async function prepare(
  record: SourceRecord,
  request: ImportRequest,
  { content }: OpenedSource,
  known: SampleForm | null,
): Promise<Prepared> {
  const { file } = record;
  if ("problem" in record) return { kind: "problem", file, message: record.problem };
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
      return ready(imageForm(request.images), preprocess(image, request.images));
    }
    case "features": {
      const { buffer, byteOffset, byteLength, length } = value.features;
      const form = { kind: "features", imageShape: [1, 1, length], preprocessing: null } as const;
      return ready(
        known ?? { ...form, imageShape: [1, 1, length] },
        new Uint8Array(buffer, byteOffset, byteLength),
      );
    }
    case "file":
      try {
        const image = await decodeImage(value.bytes);
        const wanted = request.images ?? known?.preprocessing ?? ownSize(image, request);
        return ready(known ?? imageForm(wanted), preprocess(image, wanted));
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        return { kind: "problem", file, message: `Cannot use it: it ${error.message}` };
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
    `Cannot import ${source.name}: images must have a width and a height to be brought to, as its first ` +
      `image has ${width} x ${height} pixels.`,
  );
}

function bytesOf({ kind, imageShape: [height, width, channels] }: SampleForm): number {
  return height * width * channels * (kind === "images" ? 1 : Float32Array.BYTES_PER_ELEMENT);
}
