/**
 * Uploads in a folder of this machine: a subfolder for each, with its description and the bytes so far. The size of
 * that file is the number of received bytes, so that nothing can disagree with it after a crash.
 */
import { join, resolve } from "node:path";
import {
  dataFile,
  descriptionFile,
  orMissing,
  readDescription,
  readUpload,
  readUploads,
  removeFolder,
  type UploadDescription,
  writeDescription,
} from "./files.ts";
import { mustBeComplete, mustFit, mustHaveQuota } from "./limits.ts";
import { createPieceWriter } from "./piece_writer.ts";
import { openStorage, type Storage } from "./storage.ts";
import {
  DEFAULT_UPLOAD_LIMITS,
  type DirectUploads,
  type Upload,
  type UploadedFile,
  UploadError,
  type UploadLimits,
  type UploadStore,
} from "./upload_store.ts";

/** Options of openUploadFolder(). */
export interface UploadFolderOptions {
  readonly limits?: UploadLimits;
  /** Object storage that clients may send files to. */
  readonly direct?: DirectUploads | undefined;
  readonly now?: () => number;
}

/** Opens a folder of uploads. It is created by the first upload. */
export function openUploadFolder(
  path: string,
  { limits = DEFAULT_UPLOAD_LIMITS, direct, now = Date.now }: UploadFolderOptions = {},
): UploadStore {
  const root = resolve(path);
  const pieces = createPieceWriter();
  const storage = openStorage(direct);

  async function find(id: string): Promise<Upload | undefined> {
    const upload = await readUpload(root, id, limits, storage);
    return upload && upload.expiresAt > now() ? upload : undefined;
  }

  async function require(id: string): Promise<Upload> {
    const upload = await find(id);
    if (upload) return upload;
    throw unknown(id);
  }

  async function remove(id: string): Promise<boolean> {
    const description = await readDescription(root, id);
    if (!description) return false;
    await pieces.interrupt(id);
    if (description.isDirect) await storage.remove(id);
    return await removeFolder(join(root, id));
  }

  async function removeExpired(): Promise<void> {
    const time = now();
    const uploads = await readUploads(root, limits);
    for (const { id, expiresAt } of uploads) if (expiresAt <= time) await remove(id);
  }

  async function announce(description: UploadDescription): Promise<Upload> {
    await removeExpired().catch(() => {});
    const { id, directUrl } = await writeChecked(description, { root, limits, storage });
    return { ...await require(id), ...directUrl === undefined ? {} : { directUrl } };
  }

  async function locate(id: string): Promise<UploadedFile> {
    const { fileName, bytes, received, owner } = await require(id);
    mustBeComplete(id, bytes, received);
    const time = new Date(now());
    await Deno.utime(descriptionFile(root, id), time, time);
    return { path: dataFile(root, id), fileName, bytes, owner };
  }

  // One after the other: two announcements at a time could exceed a quota together.
  let announced: Promise<unknown> = Promise.resolve();

  return {
    create({ fileName, bytes, owner, isDirect = false }) {
      const named = { version: 1, fileName, bytes, owner } as const;
      const upload = announced.then(() => announce(isDirect ? { ...named, isDirect } : named));
      announced = upload.catch(() => {});
      return upload;
    },
    find,
    async append(id, piece) {
      const { bytes } = await require(id);
      await pieces.write({ id, bytes, path: dataFile(root, id) }, piece);
      return await require(id);
    },
    locate,
    async file(id, signal) {
      const file = await locate(id);
      const here = await orMissing(Deno.stat(file.path));
      if (here?.size !== file.bytes) await storage.move(id, file.path, signal);
      return file;
    },
    remove,
    async removeExpired() {
      await removeExpired();
      // Some files arrive after their uploads have expired; other machines have uploads of their own.
      await storage.removeOlder(now() - 2 * limits.lifetimeMs);
    },
  };
}

/** Stores a description within the limits, and signs the URL of a direct upload. */
async function writeChecked(
  description: UploadDescription,
  { root, limits, storage }: {
    readonly root: string;
    readonly limits: UploadLimits;
    readonly storage: Storage;
  },
): Promise<{ readonly id: string; readonly directUrl?: string }> {
  const { bytes, isDirect } = description;
  const { maxBytes, lifetimeMs } = limits;
  if (isDirect) storage.mustBeThere();
  mustFit(bytes, isDirect ? Math.min(storage.maxBytes, maxBytes) : maxBytes);
  // Storage that cannot be reached must not keep files from the server.
  const size = (id: string) => storage.size(id).catch(() => undefined);
  mustHaveQuota(description, await readUploads(root, limits, { size }), limits);
  const id = await writeDescription(root, description);
  return isDirect ? { id, directUrl: await storage.sign(id, bytes, lifetimeMs) } : { id };
}

function unknown(id: string): UploadError {
  const shown = JSON.stringify(id.slice(0, 40));
  return new UploadError(
    "unknown",
    `Cannot find the upload ${shown}: it never was, was removed or has expired. Upload the file again.`,
  );
}
