/** Reads imported datasets: their manifests, and their parts as training uses them. */
import { join } from "node:path";
import type { LabelledDataset, Split } from "../dataset.ts";
import { DatasetError } from "../errors.ts";
import { asReadError, readWhole, sha256 } from "../storage/files.ts";
import { type DatasetManifest, parseManifest } from "./manifest.ts";
import { importedFolder, MANIFEST_FILE, partFile } from "./place.ts";
import { isDatasetName, parseReference } from "../reference.ts";

/** The largest size of a manifest. */
const MAX_MANIFEST_BYTES = 16 * 1024 * 1024;

/** The largest size of a part: engines keep it in memory. */
const MAX_PART_BYTES = 16 * 1024 ** 3;

/** The bytes of a header's length. */
const LENGTH_BYTES = 8;

/**
 * Reads the manifest of a dataset.
 *
 * @param reference its name, or name@version
 * @returns undefined if there is no such dataset
 * @throws {DatasetError} if it is damaged, or has another version
 */
export async function readImported(
  reference: string,
  dataFolder: string,
): Promise<DatasetManifest | undefined> {
  const { name, version } = parseReference(reference);
  if (!isDatasetName(name)) return undefined;
  const path = join(importedFolder(dataFolder), name, MANIFEST_FILE);
  let text: string;
  try {
    text = new TextDecoder().decode(await readWhole(path, MAX_MANIFEST_BYTES));
  } catch (error) {
    const failure = asReadError(error, path);
    if (failure.kind === "missing") return undefined;
    throw failure;
  }
  const manifest = parseManifest(text);
  if (!manifest || manifest.name !== name) throw damaged(path, "it must be a dataset's manifest");
  if (version !== undefined && version !== manifest.version) {
    throw new DatasetError(
      "foreign",
      `Cannot use dataset '${name}': its version must be ${version}, got ${manifest.version}. ` +
        "It was imported again with other content.",
    );
  }
  return manifest;
}

/** Lists the manifests of all datasets, by name. Damaged ones are left out. */
export async function listImported(dataFolder: string): Promise<readonly DatasetManifest[]> {
  const names = await namesIn(importedFolder(dataFolder));
  const found = await Promise.all(
    names.map((name) => readImported(name, dataFolder).catch(() => undefined)),
  );
  return found.filter((manifest) => manifest !== undefined);
}

/** Lists the names of the folders in a folder, in order; none if it is not there. */
export async function namesIn(folder: string): Promise<readonly string[]> {
  const names: string[] = [];
  try {
    for await (const { name, isDirectory } of Deno.readDir(folder)) {
      if (isDirectory && isDatasetName(name)) names.push(name);
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw asReadError(error, folder);
  }
  return names.toSorted();
}

/**
 * Reads a part of a dataset and verifies its digest.
 *
 * @throws {DatasetError}
 */
export async function readImportedPart(
  { name, content }: DatasetManifest,
  split: Split,
  dataFolder: string,
): Promise<LabelledDataset> {
  const { sha256: digest, bytes: size, count } = content[split];
  const path = join(importedFolder(dataFolder), name, partFile(split));
  if (size > MAX_PART_BYTES) throw damaged(path, "it must fit into memory");
  const bytes = await readWhole(path, size);
  if (bytes.length !== size || await sha256(bytes) !== digest) {
    throw damaged(path, "it must hold the bytes that were imported");
  }
  const { values, labels } = arraysOf(bytes, content.kind, path);
  const { kind, imageShape, classes } = content;
  const known = { name, split, labels, count, classes };
  return kind === "images"
    ? { ...known, images: values, imageShape }
    : { ...known, vectors: floatsOf(values) };
}

/** Finds the two arrays of a part. The digest has proved that they are as they were written. */
function arraysOf(bytes: Uint8Array, kind: string, path: string) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = LENGTH_BYTES + Number(view.getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(LENGTH_BYTES, start)));
  const places = header as Partial<Record<string, { readonly data_offsets: [number, number] }>>;
  const find = (name: string) => {
    const place = places[name];
    if (!place) throw damaged(path, `it must hold ${name}`);
    const [begin, end] = place.data_offsets;
    return bytes.subarray(start + begin, start + end);
  };
  const labels = find("labels");
  return {
    values: find(kind),
    labels: new Int32Array(labels.buffer, labels.byteOffset, labels.byteLength / 4),
  };
}

/** Reads bytes as numbers, in place: writers align them. */
function floatsOf({ buffer, byteOffset, byteLength }: Uint8Array): Float32Array {
  return new Float32Array(buffer, byteOffset, byteLength / Float32Array.BYTES_PER_ELEMENT);
}

function damaged(path: string, rule: string): DatasetError {
  return new DatasetError(
    "foreign",
    `Cannot read ${path}: ${rule}, got something else. Delete the dataset and import it again.`,
  );
}
