/** Writes pieces of uploads: one at a time of each upload, synced to disk while it arrives and at its end. */
import { diskError } from "./disk_error.ts";
import { UploadError, type UploadPiece } from "./upload_store.ts";

/** File that a piece is appended to. */
interface Target {
  readonly id: string;
  readonly bytes: number;
  readonly path: string;
}

/** Writers of the pieces that are being received. */
export interface PieceWriter {
  /**
   * Appends a piece, after an earlier one of the same upload has ended.
   *
   * @throws {UploadError} after any of which the bytes before it stay
   */
  write(target: Target, piece: UploadPiece): Promise<void>;
  /** Ends the piece of an upload that is being received, if there is one. */
  interrupt(id: string): Promise<void>;
}

/** Bytes after which a file is synced: at most these are sent again after a power loss. */
const SYNC_BYTES = 64 * 1024 * 1024;

/** Creates a writer. */
export function createPieceWriter(): PieceWriter {
  const active = new Map<string, { readonly abort: AbortController; done: Promise<void> }>();

  async function interrupt(id: string): Promise<void> {
    for (let entry = active.get(id); entry; entry = active.get(id)) {
      entry.abort.abort();
      await entry.done;
    }
  }

  return {
    interrupt,
    async write(target, piece) {
      // A client that comes back may be earlier than the news that its old connection is gone.
      await interrupt(target.id);
      const abort = new AbortController();
      const work = writePiece(target, piece, abort.signal);
      const entry = { abort, done: work.catch(() => {}) };
      active.set(target.id, entry);
      try {
        await work;
      } finally {
        if (active.get(target.id) === entry) active.delete(target.id);
      }
    },
  };
}

async function writePiece(
  { id, bytes, path }: Target,
  { offset, body }: UploadPiece,
  signal: AbortSignal,
): Promise<void> {
  const reader = body.getReader();
  const onDisk = <T>(work: Promise<T>, received: number) =>
    work.catch((error) => {
      throw diskError("write", path, error, received);
    });
  try {
    using file = await onDisk(Deno.open(path, { write: true, create: true }), 0);
    if (!await file.tryLock(true)) throw busy(id, "another server is receiving it");
    const { size } = await file.stat();
    const start = startOf(offset, { id, bytes, received: size });
    if (start < size) await onDisk(file.truncate(start), size);
    await file.seek(start, Deno.SeekMode.Start);
    let received = start;
    let unsynced = 0;
    try {
      for await (const chunk of chunksOf(reader, signal, id)) {
        if (received + chunk.length > bytes) throw tooLong(id, bytes, received);
        for (let from = 0; from < chunk.length;) {
          const written = await onDisk(file.write(chunk.subarray(from)), received);
          from += written;
          received += written;
          unsynced += written;
        }
        if (unsynced >= SYNC_BYTES) {
          await onDisk(file.syncData(), received);
          unsynced = 0;
        }
      }
    } finally {
      await onDisk(file.sync(), received);
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}

/** Returns the position of a piece's first byte. */
function startOf(
  offset: UploadPiece["offset"],
  { id, bytes, received }: {
    readonly id: string;
    readonly bytes: number;
    readonly received: number;
  },
): number {
  if (received === bytes && offset !== received) {
    throw new UploadError("complete", `The upload '${id}' is already complete.`, { received });
  }
  if (offset === "start") return 0;
  if (offset === received) return offset;
  throw new UploadError(
    "wrong-offset",
    `Cannot continue the upload '${id}': the offset must be ${received}, got ${offset}.`,
    { received },
  );
}

async function* chunksOf(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  signal: AbortSignal,
  id: string,
): AsyncGenerator<Uint8Array, void> {
  const interrupted = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(busy(id, "a newer request continues it")));
  });
  interrupted.catch(() => {});
  for (;;) {
    const next = reader.read().catch((cause) => {
      throw new UploadError("interrupted", `The piece of the upload '${id}' broke off.`, { cause });
    });
    const { value, done } = await Promise.race([next, interrupted]);
    if (done) return;
    yield value;
  }
}

function busy(id: string, reason: string): UploadError {
  return new UploadError("busy", `Cannot continue the upload '${id}' here: ${reason}.`);
}

function tooLong(id: string, bytes: number, received: number): UploadError {
  return new UploadError(
    "too-long",
    `Cannot continue the upload '${id}': it must have ${bytes} bytes, got more.`,
    { received },
  );
}
