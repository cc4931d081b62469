/** Files that clients send to a bucket past the server, with URLs that are signed for one file, its size and a time. */
import { dirname } from "node:path";
import type { DirectUploads } from "../../data/uploads/upload_store.ts";
import { writeCheckpointFile } from "../../ml/checkpoint/checkpoint_file.ts";
import { Bucket, type S3Options } from "./s3_bucket.ts";
import { mustBeSafe } from "./store.ts";

/** The largest object of a single PUT. */
const MAX_OBJECT_BYTES = 5 * 1024 ** 3;

/** The longest time for which a URL can be signed, in seconds. */
const MAX_SIGNED_S = 7 * 24 * 3600;

/** The name by which a bucket keeps them; runs have other ids. */
const FOLDER = "uploads/";

/** Opens the uploads of a bucket. Sends nothing before they are used. */
export function openS3Uploads(options: S3Options): DirectUploads {
  const bucket = new Bucket(options);
  const { location } = bucket;
  const keyOf = (id: string) => {
    mustBeSafe(id);
    return `${FOLDER}${id}`;
  };
  return {
    maxBytes: MAX_OBJECT_BYTES,

    sign: (id, bytes, lifetimeMs) =>
      bucket.attempt(`sign a URL of ${location}`, async () => {
        const seconds = Math.min(MAX_SIGNED_S, Math.ceil(lifetimeMs / 1000));
        return await bucket.signPut(keyOf(id), bytes, seconds);
      }),

    size: (id) =>
      bucket.attempt(`find an upload in ${location}`, async () => await bucket.size(keyOf(id))),

    fetch: (id, path, signal) =>
      bucket.attempt(`fetch an upload from ${location}`, async () => {
        const { body, size } = await bucket.get(keyOf(id), signal);
        await Deno.mkdir(dirname(path), { recursive: true });
        await writeCheckpointFile(path, body, ({ bytes }) => {
          if (size !== undefined && bytes !== size) throw new Error(`${bytes} of ${size} bytes`);
        });
      }, signal),

    remove: (id) =>
      bucket.attempt(`remove an upload from ${location}`, () => bucket.remove(keyOf(id))),

    removeOlder: (time) =>
      bucket.attempt(`remove old uploads from ${location}`, async () => {
        for await (const { key, storedAt } of bucket.objects(FOLDER)) {
          if (storedAt < time) await bucket.remove(key);
        }
      }),
  };
}
