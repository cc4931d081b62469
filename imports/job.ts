/**
 * An import as a job: its request and its state, as files in a folder of its own. Whatever process dies, the next one
 * goes on from them.
 */
import { join } from "node:path";
import { z } from "zod";
import { FORMAT_NAMES } from "../data/formats/format.ts";
import { COLOR_MODES, FITS } from "../data/images/preprocessing.ts";
import { MAX_PROBLEMS } from "../data/imported/manifest.ts";
import { writeAtomically } from "../lib/atomic_file.ts";

/** The formats of requests: AUTO finds it out. */
export const REQUESTED_FORMATS = ["AUTO", ...FORMAT_NAMES] as const;

/** The share of the samples that are kept for testing where the source has no test part. */
export const DEFAULT_TEST_SHARE = 0.2;

const request = z.object({
  name: z.string(),
  /** The file or folder on this machine, the name under which the user knows it, and the upload that it is. */
  source: z.object({ path: z.string(), name: z.string(), upload: z.string().optional() }),
  format: z.enum(REQUESTED_FORMATS),
  /** The preprocessing of image files; undefined for the size of the first one. */
  images: z.object({
    width: z.int(),
    height: z.int(),
    color: z.enum(COLOR_MODES),
    fit: z.enum(FITS),
  }).optional(),
  csv: z.object({
    label: z.string().optional(),
    features: z.array(z.string()).optional(),
    imageShape: z.array(z.int()).optional(),
  }).optional(),
  parquet: z.object({ image: z.string().optional(), label: z.string().optional() }).optional(),
  idx: z.object({ set: z.string().optional() }).optional(),
  testShare: z.number(),
  seed: z.int(),
  createdAt: z.string(),
});

/** A complete request. */
export type ImportRequest = z.infer<typeof request>;

const state = z.object({
  /** An import that is ready has become a dataset. */
  state: z.enum(["IMPORTING", "FAILED", "CANCELLED"]),
  /** The number of samples that were imported. */
  imported: z.int(),
  /** The number of samples of the source, where it is known. */
  total: z.int().nullable(),
  /** Problem that keeps the import from going on, or made it fail. */
  problem: z.string().nullable(),
  /** The first files that were left out, and the number of all. */
  problems: z.array(z.object({ file: z.string(), message: z.string() })),
  problemCount: z.int(),
  /** The number of records of the source that were read: where to go on. */
  position: z.int(),
  /** The labels in the order in which they first came. */
  labels: z.array(z.string()),
  /** [height, width, channels] and the preprocessing of the samples, once the first one is known. */
  sample: z.object({
    kind: z.enum(["images", "features"]),
    imageShape: z.tuple([z.int(), z.int(), z.int()]),
    preprocessing: request.shape.images.unwrap().nullable(),
  }).nullable(),
});

/** Progress of an import. */
export type ImportState = z.infer<typeof state>;

/** The state of an import that has not begun. */
export const NEW_STATE: ImportState = {
  state: "IMPORTING",
  imported: 0,
  total: null,
  problem: null,
  problems: [],
  problemCount: 0,
  position: 0,
  labels: [],
  sample: null,
};

/** The names of a job's files. */
export const JOB_FILES = {
  request: "request.json",
  state: "state.json",
  lock: "lock",
  /** Its presence asks for an end. */
  cancel: "cancel",
  values: "values.part",
  labels: "labels.part",
  /** A file of an archive that is read from several places. */
  unpacked: "unpacked.part",
  /** The folder of the dataset before it is renamed. */
  ready: "ready",
} as const;

/** Adds a problem to a state, of which the first are kept. */
export function addProblem(of: ImportState, file: string, message: string): ImportState {
  const problems = of.problems.length < MAX_PROBLEMS
    ? [...of.problems, { file, message }]
    : of.problems;
  return { ...of, problems, problemCount: of.problemCount + 1 };
}

/** Stores the request of a new job; its folder must exist. */
export async function writeRequest(folder: string, value: ImportRequest): Promise<void> {
  await writeJson(join(folder, JOB_FILES.request), value);
}

/** Reads the request of a job; undefined if there is none. */
export async function readRequest(folder: string): Promise<ImportRequest | undefined> {
  return request.safeParse(await readJson(join(folder, JOB_FILES.request))).data;
}

/** Stores the state of a job. */
export async function writeState(folder: string, value: ImportState): Promise<void> {
  await writeJson(join(folder, JOB_FILES.state), value);
}

/** Reads the state of a job; that of a new one if there is none. */
export async function readState(folder: string): Promise<ImportState> {
  return state.safeParse(await readJson(join(folder, JOB_FILES.state))).data ?? NEW_STATE;
}

/** Parses a state that an importer has reported. */
export function parseState(line: string): ImportState | undefined {
  try {
    return state.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

async function writeJson(path: string, value: unknown): Promise<void> {
  await writeAtomically(path, [new TextEncoder().encode(JSON.stringify(value))]);
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await Deno.readTextFile(path));
  } catch {
    return undefined;
  }
}
