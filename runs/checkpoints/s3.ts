/**
 * Checkpoints in object storage that speaks S3: Amazon's, MinIO, Ceph, R2 and others. An object is there whole or not at
 * all, and the storage itself proves what it was sent by its digest.
 */
import {
  DeleteObjectCommand,
  GetObjectCommand,
  paginateListObjectsV2,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from "@aws-sdk/client-s3";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { asReadError, writeAtomically } from "../../ml/checkpoint/atomic_file.ts";
import { CheckpointError } from "../../ml/checkpoint/error.ts";
import { type CheckpointStore, mustBeSafe, mustHaveDigest } from "./store.ts";
import { S3_TIMEOUT_MS } from "../timeouts.ts";

/** Options of openS3Store(). */
export interface S3Options {
  readonly bucket: string;
  /** Prefix of all keys: 'a/b', or ''. */
  readonly prefix: string;
  /** The storage's URL, where it is not Amazon's: 'http://minio:9000'. */
  readonly endpoint?: string;
  readonly region?: string;
  /** Without it the usual places are looked at: AWS_ACCESS_KEY_ID …, profiles, roles. */
  readonly credentials?: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  };
  /** Time for which the storage may be silent, in milliseconds. */
  readonly patienceMs?: number;
}

/** Tries of a request that failed for a reason that may pass. */
const TRIES = 3;

/** Opens a bucket. Nothing is asked of it before it is used. */
// deno-lint-ignore house/max-function-lines -- a record of the contract's functions
export function openS3Store(options: S3Options): CheckpointStore {
  const { bucket, prefix, endpoint, region, credentials, patienceMs = S3_TIMEOUT_MS } = options;
  const location = `s3://${bucket}${prefix === "" ? "" : `/${prefix}`}`;
  const client = new S3Client({
    maxAttempts: TRIES,
    // Digests of our own go along; not every storage knows the checksums that are added by default.
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    requestHandler: {
      connectionTimeout: patienceMs,
      socketTimeout: patienceMs,
    },
    // Its own tells the operating system's version, which nobody needs to know.
    defaultUserAgentProvider: () => Promise.resolve([["epochql"]]),
    // Buckets are host names at Amazon's only.
    ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
    ...(region === undefined ? {} : { region }),
    ...(credentials === undefined ? {} : { credentials }),
  });
  const place = { Bucket: bucket };
  const top = prefix === "" ? "" : `${prefix}/`;
  const folderOf = (runId: string) => {
    mustBeSafe(runId);
    return `${top}${runId}/`;
  };
  const keyOf = (runId: string, name: string) => {
    mustBeSafe(name);
    return `${folderOf(runId)}${name}`;
  };
  /** Does something with the bucket; what goes wrong is said of `what`. */
  const use = async <T>(what: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T> => {
    try {
      signal?.throwIfAborted();
      return await work();
    } catch (error) {
      signal?.throwIfAborted();
      throw explain(error, what, options);
    }
  };
  const until = (signal: AbortSignal | undefined) => signal ? { abortSignal: signal } : {};
  const put = (key: string, bytes: Uint8Array, sha256: string, signal?: AbortSignal) =>
    client.send(
      new PutObjectCommand({
        ...place,
        Key: key,
        Body: bytes,
        ChecksumSHA256: Uint8Array.fromHex(sha256).toBase64(),
      }),
      until(signal),
    );
  const removeKey = (key: string) => client.send(new DeleteObjectCommand({ ...place, Key: key }));
  async function* objects(runId: string) {
    const folder = folderOf(runId);
    for await (const page of paginateListObjectsV2({ client }, { ...place, Prefix: folder })) {
      for (const { Key = "", Size = 0 } of page.Contents ?? []) {
        yield { key: Key, name: Key.slice(folder.length), bytes: Size };
      }
    }
  }

  return {
    location,

    check: () =>
      use(`write to ${location}`, async () => {
        const key = `${top}.probe-${crypto.randomUUID()}`;
        const bytes = new TextEncoder().encode("epochql");
        await put(key, bytes, createHash("sha256").update(bytes).digest("hex"));
        await removeKey(key);
      }),

    async put(runId, name, file, { sha256, signal } = {}) {
      const key = keyOf(runId, name);
      const bytes = await readFile(file, signal);
      const written = {
        bytes: bytes.length,
        sha256: createHash("sha256").update(bytes).digest("hex"),
      };
      mustHaveDigest(sha256, written, file);
      await use(
        `keep checkpoint ${location}/${runId}/${name}`,
        () => put(key, bytes, written.sha256, signal),
        signal,
      );
      return written;
    },

    async fetch(runId, name, folder, { sha256, signal } = {}) {
      const key = keyOf(runId, name);
      const copy = join(folder, name);
      const shown = `${location}/${runId}/${name}`;
      return await use(`fetch checkpoint ${shown}`, async () => {
        const { Body, ContentLength } = await client.send(
          new GetObjectCommand({ ...place, Key: key }),
          until(signal),
        );
        const body: AsyncIterable<Uint8Array> = Body?.transformToWebStream() ?? noBytes();
        await writeAtomically(copy, body, (written) => {
          if (ContentLength !== undefined && written.bytes !== ContentLength) {
            throw new Error(`${written.bytes} of ${ContentLength} bytes`);
          }
          mustHaveDigest(sha256, written, shown);
        });
        return copy;
      }, signal);
    },

    list: (runId) =>
      use(`list the checkpoints of ${location}/${runId}`, async () => {
        const stored = await Array.fromAsync(
          objects(runId),
          ({ name, bytes }) => ({ name, bytes }),
        );
        return stored.toSorted((a, b) => (a.name < b.name ? -1 : 1));
      }),

    runIds: () =>
      use(`list the runs of ${location}`, async () => {
        const runIds: string[] = [];
        const query = { ...place, Prefix: top, Delimiter: "/" };
        for await (const page of paginateListObjectsV2({ client }, query)) {
          for (const { Prefix = "" } of page.CommonPrefixes ?? []) {
            runIds.push(Prefix.slice(top.length, -1));
          }
        }
        return runIds.toSorted();
      }),

    async remove(runId, name) {
      const key = keyOf(runId, name);
      await use(`remove checkpoint ${location}/${runId}/${name}`, () => removeKey(key));
    },

    async removeAll(runId) {
      // One by one, as not every storage removes many at once; a run has few.
      await use(`remove the checkpoints of ${location}/${runId}`, async () => {
        for (const { key } of await Array.fromAsync(objects(runId))) await removeKey(key);
      });
    },

    close: () => client.destroy(),
  };
}

async function readFile(path: string, signal: AbortSignal | undefined): Promise<Uint8Array> {
  try {
    return await Deno.readFile(path, signal ? { signal } : {});
  } catch (error) {
    signal?.throwIfAborted();
    throw asReadError(error, path);
  }
}

async function* noBytes(): AsyncGenerator<Uint8Array, void> {}

const WHO_MAY =
  "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY must be of one who may read, write and list there";

/** Meanings of a storage's errors, by their names. */
const MEANINGS: readonly (readonly [names: readonly string[], rule: string])[] = [
  [
    ["NoSuchBucket"],
    "there must be such a bucket. Make it, or name another with EPOCHQL_CHECKPOINTS",
  ],
  [
    ["InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken", "XAdminUserNotFound"],
    WHO_MAY,
  ],
  [
    ["CredentialsProviderError"],
    "there must be credentials. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
  ],
  [
    ["PermanentRedirect", "AuthorizationHeaderMalformed", "IllegalLocationConstraintException"],
    "AWS_REGION must be the bucket's region",
  ],
];

/** Names of errors that say that there is no room. */
const FULL = [
  "QuotaExceeded",
  "XMinioStorageFull",
  "InsufficientStorage",
  "XMinioAdminBucketQuotaExceeded",
];

/** Turns what the client throws into a CheckpointError; gives errors that are none of its back as they are. */
function explain(error: unknown, what: string, { endpoint }: S3Options): unknown {
  if (error instanceof CheckpointError || error instanceof RangeError) return error;
  if (!(error instanceof Error)) return error;
  const got = error.message === "" ? error.name : `${error.name}: ${error.message}`;
  const failure = (kind: CheckpointError["kind"], rule: string) =>
    new CheckpointError(kind, `Cannot ${what}: ${rule}, got '${got}'.`, { cause: error });
  if (error.name === "NoSuchKey") return failure("missing", "there must be one of this name");
  const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
  if (FULL.includes(error.name) || status === 507) {
    return failure("disk-full", "there must be room left. Free some");
  }
  const meaning = MEANINGS.find(([names]) => names.includes(error.name));
  if (meaning) return failure("unavailable", meaning[1]);
  if (status === 401 || status === 403) return failure("unavailable", WHO_MAY);
  if (error.message === "Region is missing") {
    return failure("unavailable", "AWS_REGION must be the bucket's region");
  }
  const where = endpoint ?? "Amazon S3";
  return failure(
    "unavailable",
    status === undefined ? `${where} must be reached and answer` : `${where} must do it`,
  );
}
