/** The samples of an import in the order of their source: two files that only grow, so that an import can go on. */
import { join } from "node:path";
import type { Split } from "../data/dataset.ts";
import { JOB_FILES } from "./job.ts";

const LABEL_BYTES = Int32Array.BYTES_PER_ELEMENT;

/** The part of a sample in its label's lowest bits. */
const SPLIT_CODES = [undefined, "train", "test"] as const;

/** The label and the part of a sample. */
export interface SampleLabel {
  readonly label: number;
  readonly split: Split | undefined;
}

/** The files of the samples. */
export interface SamplesFile {
  /** Appends samples whose values have `sampleBytes` each. */
  append(values: readonly Uint8Array[], labels: readonly SampleLabel[]): Promise<void>;
  /** Returns once all that was appended would survive a power loss. */
  sync(): Promise<void>;
  /** Reads the labels of all samples. */
  readLabels(): readonly SampleLabel[];
  /** Reads the values of some samples, one behind the other. */
  readValues(samples: Int32Array): Uint8Array;
  close(): void;
}

/**
 * Opens the files of an import.
 *
 * @param count the number of samples that are known to be complete; others are removed
 */
export async function openSamples(
  folder: string,
  count: number,
  sampleBytes: number,
): Promise<SamplesFile> {
  const options = { read: true, write: true, create: true };
  const values = await Deno.open(join(folder, JOB_FILES.values), options);
  const labels = await Deno.open(join(folder, JOB_FILES.labels), options);
  let written = count;
  await truncate();

  async function truncate(): Promise<void> {
    await values.truncate(written * sampleBytes);
    await labels.truncate(written * LABEL_BYTES);
    await values.seek(0, Deno.SeekMode.End);
    await labels.seek(0, Deno.SeekMode.End);
  }

  return {
    async append(added, addedLabels) {
      try {
        writeAll(values, concatenate(added, sampleBytes));
        const codes = addedLabels.map(({ label, split }) => label * 4 + SPLIT_CODES.indexOf(split));
        writeAll(labels, new Uint8Array(Int32Array.from(codes).buffer));
        written += added.length;
      } catch (error) {
        // A part of them may be there: they are appended again.
        await truncate();
        throw error;
      }
    },
    async sync() {
      await values.syncData();
      await labels.syncData();
    },
    readLabels() {
      const bytes = readAt(labels, 0, written * LABEL_BYTES);
      return Array.from(new Int32Array(bytes.buffer), (code) => ({
        label: code >> 2,
        split: SPLIT_CODES[code & 3],
      }));
    },
    readValues(samples) {
      const bytes = new Uint8Array(samples.length * sampleBytes);
      for (let at = 0; at < samples.length;) {
        const first = samples[at] ?? 0;
        let end = at + 1;
        // Neighbours are read together.
        while (end < samples.length && samples[end] === first + end - at) end++;
        fillAt(values, first * sampleBytes, bytes.subarray(at * sampleBytes, end * sampleBytes));
        at = end;
      }
      return bytes;
    },
    close() {
      values.close();
      labels.close();
    },
  };
}

function concatenate(parts: readonly Uint8Array[], bytes: number): Uint8Array {
  const joined = new Uint8Array(parts.length * bytes);
  parts.forEach((part, at) => joined.set(part, at * bytes));
  return joined;
}

/** Writes at once: the importer has nothing else to do, and a write in another thread takes longer. */
function writeAll(file: Deno.FsFile, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) at += file.writeSync(bytes.subarray(at));
}

function readAt(file: Deno.FsFile, offset: number, length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  fillAt(file, offset, bytes);
  return bytes;
}

function fillAt(file: Deno.FsFile, offset: number, bytes: Uint8Array): void {
  file.seekSync(offset, Deno.SeekMode.Start);
  for (let filled = 0; filled < bytes.length;) {
    const read = file.readSync(bytes.subarray(filled));
    if (read === null) throw new RangeError("The samples of an import must be complete.");
    filled += read;
  }
}
