/**
 * Uploads in a folder of this machine: a subfolder for each, with its description and the bytes so far. The size of that
 * file is the number of received bytes, so that nothing can disagree with it after a crash.
 */
import { join, resolve } from "node:path";
import { syncFolder, writeAtomically } from "../../lib/atomic_file.ts";
import { diskError, isMissing } from "./disk_error.ts";
import { createPieceWriter } from "./piece_writer.ts";
import {
  DEFAULT_UPLOAD_LIMITS,
  type Upload,
  UploadError,
  type UploadLimits,
  type UploadStore,
} from "./upload_store.ts";

/** Ids of uploads: random UUIDs. */
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Content of the file that describes an upload. */
interface Announcement {
  readonly version: 1;
  readonly fileName: string;
  readonly bytes: number;
  readonly owner: string;
}

/** Opens a folder of uploads. It is created by the first upload. */
export function openUploadFolder(
  path: string,
  limits: UploadLimits = DEFAULT_UPLOAD_LIMITS,
  now: () => number = Date.now,
): UploadStore {
  const root = resolve(path);
  const pieces = createPieceWriter();

  async function find(id: string): Promise<Upload | undefined> {
    const upload = await readUpload(root, id, limits);
    return upload && upload.expiresAt > now() ? upload : undefined;
  }

  async function require(id: string): Promise<Upload> {
    const upload = await find(id);
    if (upload) return upload;
    const shown = JSON.stringify(id.slice(0, 40));
    throw new UploadError(
      "unknown",
      `Cannot find the upload ${shown}: it never was, was removed or has expired. Upload the file again.`,
    );
  }

  async function remove(id: string): Promise<boolean> {
    if (!ID.test(id)) return false;
    await pieces.interrupt(id);
    return await removeFolder(join(root, id));
  }

  async function removeExpired(): Promise<void> {
    const time = now();
    const uploads = await readUploads(root, limits);
    for (const { id, expiresAt } of uploads) if (expiresAt <= time) await remove(id);
  }

  async function announce(announcement: Announcement): Promise<Upload> {
    mustFit(announcement.bytes, limits);
    await removeExpired();
    mustHaveQuota(announcement, await readUploads(root, limits), limits);
    return await require(await writeAnnouncement(root, announcement));
  }

  // One after the other: two announcements at a time could exceed a quota together.
  let announced: Promise<unknown> = Promise.resolve();

  return {
    create({ fileName, bytes, owner }) {
      const upload = announced.then(() => announce({ version: 1, fileName, bytes, owner }));
      announced = upload.catch(() => {});
      return upload;
    },
    find,
    async append(id, piece) {
      const { bytes } = await require(id);
      await pieces.write({ id, bytes, path: dataOf(root, id) }, piece);
      return await require(id);
    },
    async file(id) {
      const { fileName, bytes, received, owner } = await require(id);
      mustBeComplete(id, bytes, received);
      const time = new Date(now());
      await Deno.utime(announcementOf(root, id), time, time);
      return { path: dataOf(root, id), fileName, bytes, owner };
    },
    remove,
    removeExpired,
  };
}

function announcementOf(root: string, id: string): string {
  return join(root, id, "upload.json");
}

function dataOf(root: string, id: string): string {
  return join(root, id, "data");
}

async function readUploads(root: string, limits: UploadLimits): Promise<readonly Upload[]> {
  const entries = await orMissing(Array.fromAsync(Deno.readDir(root))) ?? [];
  const uploads = await Promise.all(entries.map(({ name }) => readUpload(root, name, limits)));
  return uploads.filter((upload) => upload !== undefined);
}

/** Reads an upload, expired or not. */
async function readUpload(
  root: string,
  id: string,
  { lifetimeMs }: UploadLimits,
): Promise<Upload | undefined> {
  if (!ID.test(id)) return undefined;
  const text = await orMissing(Deno.readTextFile(announcementOf(root, id)));
  const described = await orMissing(Deno.stat(announcementOf(root, id)));
  if (text === undefined || !described) return undefined;
  const data = await orMissing(Deno.stat(dataOf(root, id)));
  const { fileName, bytes, owner } = JSON.parse(text) as Announcement;
  const usedAt = Math.max(described.mtime?.getTime() ?? 0, data?.mtime?.getTime() ?? 0);
  return {
    ...{ id, fileName, bytes, owner },
    received: data?.size ?? 0,
    expiresAt: usedAt + lifetimeMs,
  };
}

/** Writes the description of a new upload, durably. */
async function writeAnnouncement(root: string, announcement: Announcement): Promise<string> {
  const id = crypto.randomUUID();
  try {
    await Deno.mkdir(join(root, id), { recursive: true });
    await writeAtomically(announcementOf(root, id), [
      new TextEncoder().encode(JSON.stringify(announcement)),
    ]);
    await syncFolder(root);
    return id;
  } catch (error) {
    await Deno.remove(join(root, id), { recursive: true }).catch(() => {});
    throw diskError("write", root, error);
  }
}

async function removeFolder(folder: string): Promise<boolean> {
  try {
    await Deno.remove(folder, { recursive: true });
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw diskError("remove", folder, error);
  }
}

function mustBeComplete(id: string, bytes: number, received: number): void {
  if (received === bytes) return;
  throw new UploadError(
    "incomplete",
    `Cannot use the upload '${id}': it must have ${bytes} bytes, got ${received} so far. ` +
      "Send the rest first.",
    { received },
  );
}

function mustFit(bytes: number, { maxBytes }: UploadLimits): void {
  if (Number.isInteger(bytes) && bytes >= 1 && bytes <= maxBytes) return;
  throw new UploadError(
    "too-large",
    `Cannot upload: bytes must be a whole number between 1 and ${maxBytes}, got ${bytes}.`,
  );
}

function mustHaveQuota(
  { owner, bytes }: { readonly owner: string; readonly bytes: number },
  uploads: readonly Upload[],
  { maxOwnerBytes, maxUnfinished }: UploadLimits,
): void {
  const own = uploads.filter((upload) => upload.owner === owner);
  const unfinished = own.filter((upload) => upload.received < upload.bytes).length;
  const remedy = "Finish or delete some (DELETE on their URLs), or wait until they expire.";
  if (unfinished >= maxUnfinished) {
    throw new UploadError(
      "quota",
      `Cannot upload: at most ${maxUnfinished} uploads may be unfinished, got ${unfinished}. ${remedy}`,
    );
  }
  const before = own.reduce((sum, upload) => sum + upload.bytes, 0);
  if (before + bytes > maxOwnerBytes) {
    throw new UploadError(
      "quota",
      `Cannot upload: all uploads together must have at most ${maxOwnerBytes} bytes, ` +
        `got ${bytes} more than ${before}. ${remedy}`,
    );
  }
}

async function orMissing<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw diskError("read", "an upload", error);
  }
}
