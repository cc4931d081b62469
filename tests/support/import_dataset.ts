/** Imports of tests, in a process of their own as everywhere. */
import { basename } from "node:path";
import { superviseImport } from "../../imports/supervise_import.ts";
import { createImport, findImported, type ImportedDataset } from "../../imports/datasets.ts";
import type { ImportRequest, ImportState } from "../../imports/job.ts";
import { checkImport, type WantedImport } from "../../imports/request.ts";

/** Returns the request of an import. */
export function importRequest(
  path: string,
  wanted: Partial<Omit<WantedImport, "source">> = {},
): ImportRequest {
  const source = { path, name: basename(path) };
  const checked = checkImport({ name: "mine", ...wanted, source }, "2026-11-28T12:00:00.000Z");
  if (!checked.ok) throw new Error(checked.problems[0].message);
  return checked.request;
}

/** Imports a source and returns what came of it. */
export async function importDataset(
  dataFolder: string,
  request: ImportRequest,
  report: (state: ImportState) => void = () => {},
): Promise<ImportedDataset> {
  const lock = await createImport(dataFolder, request);
  const { name } = request;
  const { signal } = new AbortController();
  await superviseImport({ dataFolder, name, lock, report, signal });
  const found = await findImported(dataFolder, name);
  if (!found) throw new Error("The import must be there.");
  return found;
}

/** Returns the manifest of a dataset that must be ready. */
export function manifestOf(found: ImportedDataset) {
  if (found.kind === "ready") return found.manifest;
  throw new Error(`The import must be ready: ${found.state.state}, ${found.state.problem}`);
}

/** Returns why an import has failed. */
export function problemOf(found: ImportedDataset): string {
  if (found.kind === "import" && found.state.state === "FAILED") return found.state.problem ?? "";
  throw new Error("The import must have failed.");
}
