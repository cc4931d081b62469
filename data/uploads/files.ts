/** The files of uploads: a folder for each, with its description and the bytes so far. */
import { join } from "node:path";
import { syncFolder, writeAtomically } from "../../lib/atomic_file.ts";
import { diskError, isMissing } from "./disk_error.ts";
import type { Storage } from "./storage.ts";
import type { Upload, UploadLimits } from "./upload_store.ts";

/** Ids of uploads: random UUIDs. */
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Content of the file that describes an upload. */
export interface UploadDescription {
  readonly version: 1;
  readonly fileName: string;
  readonly bytes: number;
  readonly owner: string;
  readonly isDirect?: boolean;
}

/** Returns the path of the description of an upload. */
export function descriptionFile(root: string, id: string): string {
  return join(root, id, "upload.json");
}

/** Returns the path of the bytes of an upload. */
export function dataFile(root: string, id: string): string {
  return join(root, id, "data");
}

/**
 * Reads all uploads, expired or not.
 *
 * @param storage where files are looked for that were sent there; without it, they count as not received
 */
export async function readUploads(
  root: string,
  limits: UploadLimits,
  storage?: Pick<Storage, "size">,
): Promise<readonly Upload[]> {
  const entries = await orMissing(Array.fromAsync(Deno.readDir(root))) ?? [];
  const uploads = await Promise.all(
    entries.map(({ name }) => readUpload(root, name, limits, storage)),
  );
  return uploads.filter((upload) => upload !== undefined);
}

/** Reads an upload, expired or not. */
export async function readUpload(
  root: string,
  id: string,
  { lifetimeMs }: UploadLimits,
  storage: Pick<Storage, "size"> | undefined,
): Promise<Upload | undefined> {
  const description = await readDescription(root, id);
  const described = await orMissing(Deno.stat(descriptionFile(root, id)));
  if (!description || !described) return undefined;
  const data = await orMissing(Deno.stat(dataFile(root, id)));
  const { fileName, bytes, owner, isDirect } = description;
  const usedAt = Math.max(described.mtime?.getTime() ?? 0, data?.mtime?.getTime() ?? 0);
  const sent = isDirect && data?.size !== bytes ? await storage?.size(id) : 0;
  return {
    ...{ id, fileName, bytes, owner },
    received: Math.max(data?.size ?? 0, sent ?? 0),
    expiresAt: usedAt + lifetimeMs,
  };
}

/** Reads the description of an upload; undefined if there is none. */
export async function readDescription(
  root: string,
  id: string,
): Promise<UploadDescription | undefined> {
  if (!ID.test(id)) return undefined;
  const text = await orMissing(Deno.readTextFile(descriptionFile(root, id)));
  return text === undefined ? undefined : JSON.parse(text) as UploadDescription;
}

/** Writes the description of a new upload, durably. */
export async function writeDescription(
  root: string,
  description: UploadDescription,
): Promise<string> {
  const id = crypto.randomUUID();
  try {
    await Deno.mkdir(join(root, id), { recursive: true });
    await writeAtomically(descriptionFile(root, id), [
      new TextEncoder().encode(JSON.stringify(description)),
    ]);
    await syncFolder(root);
    return id;
  } catch (error) {
    await Deno.remove(join(root, id), { recursive: true }).catch(() => {});
    throw diskError("write", root, error);
  }
}

/** Removes a folder with all that is in it; returns false if there is none. */
export async function removeFolder(folder: string): Promise<boolean> {
  try {
    await Deno.remove(folder, { recursive: true });
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw diskError("remove", folder, error);
  }
}

/** Returns undefined for a file or folder that is not there. */
export async function orMissing<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw diskError("read", "an upload", error);
  }
}
