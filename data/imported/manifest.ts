/**
 * The manifest of an imported dataset: everything but its values. Its version is the digest of its content, so that
 * equal datasets have equal versions, and a spec that names a version keeps its meaning.
 */
import { createHash } from "node:crypto";
import { z } from "zod";
import { COLOR_MODES, FITS } from "../images/preprocessing.ts";

/** The largest number of problems that a manifest lists. */
export const MAX_PROBLEMS = 1000;

/** The limits of the number of classes. */
export const MIN_CLASSES = 2;
export const MAX_CLASSES = 1000;

const count = z.int().min(0);
const digest = z.string().regex(/^[0-9a-f]{64}$/);

const part = z.object({
  /** The digest of its file. */
  sha256: digest,
  /** The size of its file. */
  bytes: count,
  count: count.min(1),
  /** The number of samples of each class. */
  classCounts: z.array(count),
});

/** The content: what the version stands for. */
const content = z.object({
  /** Images are uint8 [count, height, width, channels]; features are float32 [count, 1, 1, n]. */
  kind: z.enum(["images", "features"]),
  /** [height, width, channels] of one sample. */
  imageShape: z.tuple([count.min(1), count.min(1), count.min(1)]),
  classes: z.array(z.string()).min(MIN_CLASSES).max(MAX_CLASSES),
  /** Preprocessing of other images; null for features. */
  preprocessing: z.object({
    width: count.min(1),
    height: count.min(1),
    color: z.enum(COLOR_MODES),
    fit: z.enum(FITS),
  }).nullable(),
  /** Mean of each channel of the training part, of values divided by 255. */
  mean: z.array(z.number()),
  /** Standard deviation of each channel; 1/255 where all values are equal. */
  std: z.array(z.number().positive()),
  train: part,
  test: part,
});

const manifest = z.object({
  format: z.literal(1),
  name: z.string(),
  version: digest,
  content,
  /** The name of each feature, where the source had names. They are no part of what the version stands for. */
  columns: z.array(z.string()).optional(),
  /** The format of the source, and its name. */
  source: z.object({ format: z.string(), name: z.string() }),
  createdAt: z.string(),
  /** The files that were left out, up to MAX_PROBLEMS, and how many there were. */
  problems: z.array(z.object({ file: z.string(), message: z.string() })),
  problemCount: count,
});

export type DatasetContent = z.infer<typeof content>;
export type DatasetManifest = z.infer<typeof manifest>;
export type PartManifest = z.infer<typeof part>;

/** Computes the version of a content. */
export function versionOf(value: DatasetContent): string {
  // The schema brings the fields into one order.
  return createHash("sha256").update(JSON.stringify(content.parse(value))).digest("hex");
}

/**
 * Parses a manifest.
 *
 * @returns undefined if it is none, or is not of its version
 */
export function parseManifest(text: string): DatasetManifest | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { data } = manifest.safeParse(value);
  return data && versionOf(data.content) === data.version ? data : undefined;
}
