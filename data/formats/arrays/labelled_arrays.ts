/** Sources of two arrays a part: the samples, and their labels. */
import type { Archive } from "../../archives/archive.ts";
import type { Split } from "../../dataset.ts";
import { ImportError } from "../../imported/error.ts";
import type { OpenedSource, SampleValue, SourceRecord } from "../format.ts";
import { type ArrayFile, readArrayRows, readColumn } from "./array_file.ts";
import type { Values } from "./elements.ts";
import { pixelScale } from "./pixel_scale.ts";
import { type FormOptions, ordered, type SampleForm, sampleFormOf } from "./sample_form.ts";

/** Samples with their labels. */
export interface LabelledPart {
  /** Undefined where the source has one part. */
  readonly split: Split | undefined;
  readonly inputs: ArrayFile;
  readonly labels: ArrayFile;
}

/** Options of openLabelledArrays(). */
export interface LabelledOptions extends FormOptions {
  /** Names the class of a label; undefined for one that is none. */
  readonly nameOf?: ((label: number) => string | undefined) | undefined;
  /** True if labels may have columns behind the first one, which are ignored. */
  readonly takesFirstColumn?: boolean | undefined;
  /** The names of the classes in their order, if they are known. */
  readonly classes?: readonly string[] | undefined;
}

/**
 * Opens parts, whose samples must have one form.
 *
 * @throws {ImportError}
 */
export async function openLabelledArrays(
  archive: Archive,
  parts: readonly LabelledPart[],
  options: LabelledOptions,
): Promise<OpenedSource> {
  const forms = parts.map((part) => checkPart(part, options));
  const [form] = forms;
  const [first] = parts;
  if (!form || !first) throw new TypeError("There must be an array to import.");
  for (const [at, { inputs }] of parts.entries()) {
    if (sizeOf(forms[at]) === sizeOf(form)) continue;
    throw new ImportError(
      `Cannot import ${inputs.file.path}: its samples must be like those of ${first.inputs.file.path}, got ${
        showShape(inputs)
      } and ${showShape(first.inputs)}.`,
    );
  }
  const scale = form.kind === "features"
    ? 1
    : await pixelScale(archive, parts.map(({ inputs }) => inputs));
  return {
    content: form.kind === "features"
      ? { kind: "features", count: form.count }
      : { kind: "pixels", imageShape: form.imageShape },
    total: parts.reduce((sum, { inputs: { shape: [count = 0] } }) => sum + count, 0),
    classes: options.classes,
    isSorted: false,
    records: (skip) => readParts(archive, parts, { form, scale, ...options }, skip),
  };
}

function checkPart({ inputs, labels }: LabelledPart, options: LabelledOptions): SampleForm {
  const { shape: [count = 0], file: { path } } = inputs;
  const [labelCount = 0, ...inner] = labels.shape;
  const isColumn = labels.shape.length === 1 || inner.every((size) => size === 1);
  if (!isColumn && !(options.takesFirstColumn && labels.shape.length === 2)) {
    throw new ImportError(
      `Cannot import ${labels.file.path}: it must hold one label a sample, got ${
        showShape(labels)
      }.`,
    );
  }
  if (labelCount !== count) {
    throw new ImportError(
      `Cannot import ${path}: there must be as many labels as samples, got ${count} samples in ${path} and ${labelCount} ` +
        `labels in ${labels.file.path}.`,
    );
  }
  try {
    return sampleFormOf(inputs, options);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new ImportError(`Cannot import ${path}: it ${error.message}`, { cause: error });
  }
}

interface ReadOptions extends LabelledOptions {
  readonly form: SampleForm;
  readonly scale: number;
}

async function* readParts(
  archive: Archive,
  parts: readonly LabelledPart[],
  options: ReadOptions,
  skip: number,
): AsyncGenerator<SourceRecord, void> {
  let left = skip;
  for (const { split, inputs, labels } of parts) {
    const [count = 0] = inputs.shape;
    const begin = Math.min(left, count);
    left -= begin;
    if (begin === count) continue;
    const labelOf = await readColumn(archive, labels);
    let row = begin;
    for await (const values of readArrayRows(archive, inputs, begin)) {
      const file = `${inputs.file.path}, sample ${row}`;
      const label = nameLabel(labelOf[row++] ?? "", options);
      const value = label === undefined ? undefined : sampleValue(values, options);
      if (label === undefined || value === undefined) {
        const problem = label === undefined
          ? `its label must be a class, got ${labelOf[row - 1]}.`
          : "its features must be finite numbers.";
        yield { file, problem: `Cannot use it: ${problem}` };
      } else yield { file, split, label, value };
    }
  }
}

function nameLabel(
  label: string | number,
  { nameOf = String }: LabelledOptions,
): string | undefined {
  if (typeof label === "string") return label.trim() === "" ? undefined : label;
  return Number.isInteger(label) ? nameOf(label) : undefined;
}

function sampleValue(values: Values, { form, scale }: ReadOptions): SampleValue | undefined {
  if (form.kind === "features") {
    const features = Float32Array.from(values);
    return features.every(Number.isFinite) ? { kind: "features", features } : undefined;
  }
  const pixels = ordered(values, form.order);
  return {
    kind: "pixels",
    pixels: pixels instanceof Uint8Array && scale === 1
      ? pixels.slice()
      : Uint8Array.from(pixels, (value) => Math.round(value * scale)),
  };
}

function sizeOf(form: SampleForm | undefined): string {
  if (!form) return "";
  return form.kind === "features" ? String(form.count) : form.imageShape.join();
}

function showShape({ shape }: ArrayFile): string {
  return `[${shape.join(", ")}]`;
}
