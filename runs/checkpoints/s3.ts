/**
 * Checkpoints in object storage with S3's protocol: Amazon's, MinIO, Ceph, R2 and others. An object is stored whole or
 * not at all, and the storage itself verifies the digest of what it receives.
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { asReadError, writeCheckpointFile } from "../../ml/checkpoint/checkpoint_file.ts";
import { Bucket, type S3Options } from "./s3_bucket.ts";
import { type CheckpointStore, mustBeSafe, mustHaveDigest } from "./store.ts";

/** Opens a bucket. Sends nothing before it is used. */
export function openS3Store(options: S3Options): CheckpointStore {
  const bucket = new Bucket(options);
  const { location } = bucket;
  return {
    location,

    check: () =>
      bucket.attempt(`write to ${location}`, async () => {
        const key = `.probe-${crypto.randomUUID()}`;
        const bytes = new TextEncoder().encode("epochql");
        await bucket.put(key, bytes, digest(bytes));
        await bucket.remove(key);
      }),

    async put(runId, name, file, { sha256, signal } = {}) {
      const key = keyOf(runId, name);
      const bytes = await readFile(file, signal);
      const written = { bytes: bytes.length, sha256: digest(bytes) };
      mustHaveDigest(sha256, written, file);
      await bucket.attempt(
        `keep checkpoint ${location}/${runId}/${name}`,
        () => bucket.put(key, bytes, written.sha256, signal),
        signal,
      );
      return written;
    },

    async fetch(runId, name, folder, { sha256, signal } = {}) {
      const key = keyOf(runId, name);
      const copy = join(folder, name);
      const shown = `${location}/${runId}/${name}`;
      return await bucket.attempt(`fetch checkpoint ${shown}`, async () => {
        const { body, size } = await bucket.get(key, signal);
        await writeCheckpointFile(copy, body, (written) => {
          if (size !== undefined && written.bytes !== size) {
            throw new Error(`${written.bytes} of ${size} bytes`);
          }
          mustHaveDigest(sha256, written, shown);
        });
        return copy;
      }, signal);
    },

    list: (runId) =>
      bucket.attempt(`list the checkpoints of ${location}/${runId}`, async () => {
        const folder = folderOf(runId);
        const stored = await Array.fromAsync(
          bucket.objects(folder),
          ({ key, bytes }) => ({ name: key.slice(folder.length), bytes }),
        );
        return stored.toSorted((a, b) => (a.name < b.name ? -1 : 1));
      }),

    runIds: () =>
      bucket.attempt(`list the runs of ${location}`, async () => {
        const runIds = await Array.fromAsync(bucket.folders());
        return runIds.toSorted();
      }),

    async remove(runId, name) {
      const key = keyOf(runId, name);
      await bucket.attempt(
        `remove checkpoint ${location}/${runId}/${name}`,
        () => bucket.remove(key),
      );
    },

    async removeAll(runId) {
      // One by one, as not every storage can remove several at once; a run has few.
      await bucket.attempt(`remove the checkpoints of ${location}/${runId}`, async () => {
        const objects = await Array.fromAsync(bucket.objects(folderOf(runId)));
        for (const { key } of objects) await bucket.remove(key);
      });
    },

    close: () => bucket.close(),
  };
}

function folderOf(runId: string): string {
  mustBeSafe(runId);
  return `${runId}/`;
}

function keyOf(runId: string, name: string): string {
  mustBeSafe(name);
  return `${folderOf(runId)}${name}`;
}

function digest(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

async function readFile(path: string, signal: AbortSignal | undefined): Promise<Uint8Array> {
  try {
    return await Deno.readFile(path, signal ? { signal } : {});
  } catch (error) {
    signal?.throwIfAborted();
    throw asReadError(error, path);
  }
}
