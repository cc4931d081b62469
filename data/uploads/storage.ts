/** Object storage as a folder of uploads uses it, or none. Its failures are errors of uploads. */
import { errorMessage } from "../../lib/error_message.ts";
import { type DirectUploads, UploadError } from "./upload_store.ts";

/** Object storage. Without one, it holds nothing. */
export interface Storage {
  /** Largest size of a file. */
  readonly maxBytes: number;
  /** @throws {UploadError} 'not-direct' if there is none */
  mustBeThere(): void;
  sign(id: string, bytes: number, lifetimeMs: number): Promise<string>;
  /** Returns the size of a file; undefined if it was not sent. */
  size(id: string): Promise<number | undefined>;
  /** Moves a file to a path of this machine, once for all who need it at the same time. */
  move(id: string, path: string, signal: AbortSignal | undefined): Promise<void>;
  remove(id: string): Promise<void>;
  removeOlder(time: number): Promise<void>;
}

/** Opens object storage. */
export function openStorage(direct: DirectUploads | undefined): Storage {
  const moving = new Map<string, Promise<void>>();

  async function move(id: string, path: string, signal: AbortSignal | undefined): Promise<void> {
    await direct?.fetch(id, path, signal);
    await direct?.remove(id);
  }

  return {
    maxBytes: direct?.maxBytes ?? Infinity,
    mustBeThere() {
      if (!direct) throw notDirect();
    },
    async sign(id, bytes, lifetimeMs) {
      if (!direct) throw notDirect();
      return await explained(direct.sign(id, bytes, lifetimeMs));
    },
    size: (id) => explained(direct?.size(id) ?? Promise.resolve(undefined)),
    async move(id, path, signal) {
      const work = moving.get(id) ??
        explained(move(id, path, signal), signal).finally(() => moving.delete(id));
      moving.set(id, work);
      await work;
    },
    remove: (id) => explained(direct?.remove(id) ?? Promise.resolve()),
    removeOlder: (time) => explained(direct?.removeOlder(time) ?? Promise.resolve()),
  };
}

function notDirect(): UploadError {
  return new UploadError(
    "not-direct",
    "Cannot upload: direct must be false, as this server keeps its files in no object storage, got true. " +
      "Send the file to the server's own URL.",
  );
}

/** Converts failures of the object storage. */
async function explained<T>(work: Promise<T>, signal?: AbortSignal): Promise<T> {
  try {
    return await work;
  } catch (error) {
    signal?.throwIfAborted();
    throw new UploadError("disk", `Cannot reach an upload: ${errorMessage(error)}`, {
      cause: error,
    });
  }
}
