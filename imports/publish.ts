/** Turns the samples of an import into a dataset: its parts, its manifest, and last its name. */
import { join } from "node:path";
import type { Split } from "../data/dataset.ts";
import type { OpenedSource } from "../data/formats/format.ts";
import { ImportError } from "../data/imported/error.ts";
import {
  type DatasetContent,
  type DatasetManifest,
  MAX_CLASSES,
  MIN_CLASSES,
  type PartManifest,
  versionOf,
} from "../data/imported/manifest.ts";
import { importedFolder, MANIFEST_FILE, partFile } from "../data/imported/place.ts";
import { permutation, randomStream } from "../data/random.ts";
import { stratifiedSplit } from "../data/stratified_split.ts";
import { syncFolder, writeAtomically } from "../lib/atomic_file.ts";
import { encodeHeader } from "../lib/safetensors_header.ts";
import { type ImportRequest, type ImportState, JOB_FILES } from "./job.ts";
import type { SampleLabel, SamplesFile } from "./samples_file.ts";
import { createStatistics, type Statistics } from "./statistics.ts";

/** The number of bytes of values that are read at once. */
const CHUNK_BYTES = 4 * 1024 * 1024;

/** A complete import. */
export interface FinishedImport {
  readonly folder: string;
  readonly dataFolder: string;
  readonly request: ImportRequest;
  readonly state: ImportState;
  readonly format: string;
  readonly samples: SamplesFile;
  /** The names of the classes in their order; undefined to sort them. */
  readonly classes?: readonly string[] | undefined;
  /** True to sort numbers among them as names. */
  readonly areNames?: boolean | undefined;
  readonly isSorted: boolean;
  readonly content: OpenedSource["content"];
}

/** Writes the dataset and gives it its name. */
export async function publish(finished: FinishedImport): Promise<DatasetManifest> {
  const { folder, dataFolder, request, state, samples } = finished;
  const { sample } = state;
  if (!sample) throw new TypeError("An import without samples must not be published.");
  const labels = samples.readLabels();
  const classes = finished.classes ??
    (finished.areNames ? sortNames(state.labels) : sortLabels(state.labels));
  checkClasses(request, classes);
  const places = new Map(classes.map((name, at) => [name, at]));
  const byLabel = state.labels.map((name) => places.get(name) ?? 0);
  const classOf = Int32Array.from(labels, ({ label }) => byLabel[label] ?? 0);
  const parts = divide(request, labels, classOf, finished.isSorted);

  const ready = join(folder, JOB_FILES.ready);
  await Deno.remove(ready, { recursive: true }).catch(() => {});
  await Deno.mkdir(ready);
  const write = (split: Split, statistics?: Statistics) =>
    writePart(join(ready, partFile(split)), {
      finished,
      indices: parts[split],
      labels: classOf,
      classes: classes.length,
      sample,
      statistics,
    });
  const statistics = createStatistics(sample.kind, sample.imageShape[2]);
  const train = await write("train", statistics);
  const test = await write("test");
  const content: DatasetContent = {
    ...sample,
    classes: [...classes],
    ...statistics.result(),
    train,
    test,
  };
  const manifest: DatasetManifest = {
    format: 1,
    name: request.name,
    version: versionOf(content),
    content,
    ...columnsOf(finished.content),
    source: { format: finished.format, name: request.source.name },
    createdAt: request.createdAt,
    problems: state.problems,
    problemCount: state.problemCount,
  };
  await writeAtomically(join(ready, MANIFEST_FILE), [
    new TextEncoder().encode(JSON.stringify(manifest, null, 2) + "\n"),
  ]);
  const target = join(importedFolder(dataFolder), request.name);
  await Deno.mkdir(importedFolder(dataFolder), { recursive: true });
  // What is left of a dataset that was deleted.
  await Deno.remove(target, { recursive: true }).catch(() => {});
  await Deno.rename(ready, target);
  await syncFolder(importedFolder(dataFolder));
  return manifest;
}

/** Returns the names of the features, where the source has them. */
function columnsOf(content: OpenedSource["content"]): Pick<DatasetManifest, "columns"> {
  return content.kind === "features" && content.columns ? { columns: [...content.columns] } : {};
}

/** Sorts labels: numbers by value, others as Python's sorted() does. */
export function sortLabels(labels: readonly string[]): readonly string[] {
  if (labels.every((label) => /^-?\d+(\.0*)?$/.test(label))) {
    return labels.toSorted((a, b) => Number(a) - Number(b));
  }
  return sortNames(labels);
}

/** Sorts names as Python's sorted() does. */
export function sortNames(names: readonly string[]): readonly string[] {
  return names.toSorted(byCodePoints);
}

function byCodePoints(a: string, b: string): number {
  const [one, other] = [Array.from(a), Array.from(b)];
  for (const [at, character] of one.entries()) {
    const difference = (character.codePointAt(0) ?? 0) - (other[at]?.codePointAt(0) ?? -1);
    if (difference !== 0) return difference;
  }
  return one.length - other.length;
}

function checkClasses({ source }: ImportRequest, classes: readonly string[]): void {
  if (classes.length >= MIN_CLASSES && classes.length <= MAX_CLASSES) return;
  const [only] = classes;
  const got = classes.length === 1 ? `1: '${only}'` : classes.length;
  throw new ImportError(
    `Cannot import ${source.name}: it must have ${MIN_CLASSES} to ${MAX_CLASSES} classes, got ${got}.`,
  );
}

/** Divides the samples into the parts, as lists of their indices in the order of the dataset. */
function divide(
  { source, testShare, seed }: ImportRequest,
  labels: readonly SampleLabel[],
  classOf: Int32Array,
  isSorted: boolean,
): Readonly<Record<Split, Int32Array>> {
  const all = Array.from(labels.keys());
  const isDivided = labels.some(({ split }) => split === "test");
  const carved = isDivided
    ? undefined
    : stratifiedSplit(classOf, Math.max(1, Math.round(labels.length * testShare)), seed);
  const parts = {
    train: carved?.trained ??
      Int32Array.from(all.filter((at) => labels[at]?.split !== "test")),
    test: carved?.validation ??
      Int32Array.from(all.filter((at) => labels[at]?.split === "test")),
  };
  if (parts.train.length === 0) {
    throw new ImportError(
      `Cannot import ${source.name}: it must have samples for training, got ${labels.length} for testing only.`,
    );
  }
  if (!isSorted && isDivided) return parts;
  return {
    train: shuffled(parts.train, seed, 0),
    test: shuffled(parts.test, seed, 1),
  };
}

function shuffled(indices: Int32Array, seed: number, part: number): Int32Array {
  return permutation(indices.length, randomStream(seed, "import", part))
    .map((at) => indices[at] ?? 0);
}

interface PartToWrite {
  readonly finished: FinishedImport;
  readonly indices: Int32Array;
  /** The class of every sample of the import. */
  readonly labels: Int32Array;
  readonly classes: number;
  readonly sample: NonNullable<ImportState["sample"]>;
  readonly statistics: Statistics | undefined;
}

async function writePart(
  path: string,
  { finished: { samples }, indices, labels, classes, sample, statistics }: PartToWrite,
): Promise<PartManifest> {
  const { kind, imageShape } = sample;
  const count = indices.length;
  const classOf = indices.map((at) => labels[at] ?? 0);
  const elements = imageShape.reduce((product, size) => product * size, 1);
  const sampleBytes = elements * (kind === "images" ? 1 : 4);
  const header = encodeHeader(new Map(), [
    { name: "labels", dtype: "I32", shape: [count], bytes: count * 4 },
    {
      name: kind,
      dtype: kind === "images" ? "U8" : "F32",
      shape: kind === "images" ? [count, ...imageShape] : [count, imageShape[2]],
      bytes: count * sampleBytes,
    },
  ]);
  const atOnce = Math.max(1, Math.floor(CHUNK_BYTES / sampleBytes));
  function* chunks() {
    yield header;
    yield new Uint8Array(classOf.buffer, classOf.byteOffset, classOf.byteLength);
    for (let at = 0; at < count; at += atOnce) {
      const values = samples.readValues(indices.subarray(at, at + atOnce));
      statistics?.add(values);
      yield values;
    }
  }
  const { bytes, sha256 } = await writeAtomically(path, chunks());
  const classCounts = new Array<number>(classes).fill(0);
  for (const label of classOf) classCounts[label] = (classCounts[label] ?? 0) + 1;
  return { sha256, bytes, count, classCounts };
}
