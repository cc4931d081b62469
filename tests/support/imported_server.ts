/** Imports through a server's API, as a client makes them. */
import { fail } from "@std/assert";
import type { TestServer } from "./start_server.ts";
import { until } from "./until.ts";

const CREATE = `mutation ($input: CreateUploadInput!) {
  createUpload(input: $input) { upload { id url } }
}`;
const IMPORT = `mutation ($input: ImportDatasetInput!) {
  importDataset(input: $input) { dataset { name state } }
}`;
const DATASET = `query ($name: String!) {
  dataset(name: $name) {
    name version state imported total problem problems { file message } problemCount
    trainSize testSize classes imageShape trainCounts: classCounts testCounts: classCounts(split: TEST)
    mean std bytes createdAt
  }
}`;

/** The parts of a server that imports need. */
export type ImportServer = Pick<TestServer, "ask" | "origin">;

/** Uploads a file; returns the id of the upload. */
export async function upload(
  server: ImportServer,
  fileName: string,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<string> {
  const input = { fileName, bytes: bytes.length };
  const { createUpload: { upload } } = await server.ask(CREATE, { input });
  const response = await fetch(`${server.origin}${upload.url}`, { method: "PUT", body: bytes });
  await response.body?.cancel();
  if (!response.ok) fail(`The upload must be accepted, got ${response.status}.`);
  return upload.id;
}

/** Begins an import. */
export async function startImport(
  server: ImportServer,
  input: Readonly<Record<string, unknown>>,
): Promise<void> {
  await server.ask(IMPORT, { input });
}

/** Returns a dataset with all of its fields; null if there is none. */
export async function askDataset(server: ImportServer, name: string) {
  return (await server.ask(DATASET, { name })).dataset;
}

/** Waits until an import has ended, and returns the dataset. */
export async function importEnded(server: ImportServer, name: string) {
  return await until(`the import of '${name}' has ended`, async () => {
    const dataset = await askDataset(server, name);
    return dataset && dataset.state !== "IMPORTING" && dataset;
  });
}

/** Imports a zip by an upload, and returns the dataset when the import has ended. */
export async function importZip(
  server: ImportServer,
  name: string,
  zip: Uint8Array<ArrayBuffer>,
  input: Readonly<Record<string, unknown>> = {},
) {
  const id = await upload(server, `${name}.zip`, zip);
  await startImport(server, { name, source: { upload: id }, ...input });
  return await importEnded(server, name);
}
