/** Appends prepared samples to the files of an import, and stores its state with them now and then. */
import type { OpenedSource } from "../data/formats/format.ts";
import { ImportError } from "../data/imported/error.ts";
import { MAX_CLASSES } from "../data/imported/manifest.ts";
import { addProblem, type ImportRequest, type ImportState } from "./job.ts";
import { prepareAll, type Prepared, type SampleForm } from "./prepare_samples.ts";
import { openSamples, type SampleLabel, type SamplesFile } from "./samples_file.ts";
import { SAVE_INTERVAL_MS } from "./timeouts.ts";

/** The number of samples that are stored at once. */
const BATCH = 64;

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
    const { source, request } = options;
    const records = { source, request, position: state.position, known: () => state.sample };
    for await (const batch of prepareAll(records)) {
      for (const prepared of batch) await take(prepared);
    }
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

function bytesOf({ kind, imageShape: [height, width, channels] }: SampleForm): number {
  return height * width * channels * (kind === "images" ? 1 : Float32Array.BYTES_PER_ELEMENT);
}
