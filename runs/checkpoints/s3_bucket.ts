/** A bucket of object storage, as the checkpoint store uses it: whole objects, by keys under a prefix. */
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  NotFound,
  paginateListObjectsV2,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { S3_TIMEOUT_MS } from "../timeouts.ts";
import { explainS3Error } from "./s3_errors.ts";

/** Options of openS3Store(). */
export interface S3Options {
  readonly bucket: string;
  /** Prefix of all keys: 'a/b', or ''. */
  readonly prefix: string;
  /** URL of the storage: 'http://minio:9000'. Defaults to Amazon S3. */
  readonly endpoint?: string | undefined;
  readonly region?: string | undefined;
  /** Defaults to those of the environment: AWS_ACCESS_KEY_ID …, profiles, roles. */
  readonly credentials?: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  };
  /** Longest time for which the storage may be silent, in milliseconds. */
  readonly timeoutMs?: number;
}

/** An object of a bucket. */
export interface StoredObject {
  readonly key: string;
  readonly bytes: number;
  /** Milliseconds since 1970. */
  readonly storedAt: number;
}

/** Attempts of a request that failed for a transient reason. */
const MAX_ATTEMPTS = 3;

/** A bucket with its client. Keys are relative to the prefix. */
export class Bucket {
  /** 's3://bucket/prefix' */
  readonly location: string;
  readonly #client: S3Client;
  readonly #endpoint: string | undefined;
  readonly #name: string;
  /** The prefix with its slash. */
  readonly #prefix: string;

  constructor({ bucket, prefix, endpoint, region, credentials, timeoutMs }: S3Options) {
    this.location = `s3://${bucket}${prefix === "" ? "" : `/${prefix}`}`;
    this.#endpoint = endpoint;
    this.#name = bucket;
    this.#prefix = prefix === "" ? "" : `${prefix}/`;
    this.#client = new S3Client({
      maxAttempts: MAX_ATTEMPTS,
      // We send digests of our own; not every storage knows the checksums that are added by default.
      requestChecksumCalculation: "WHEN_REQUIRED",
      responseChecksumValidation: "WHEN_REQUIRED",
      requestHandler: {
        connectionTimeout: timeoutMs ?? S3_TIMEOUT_MS,
        socketTimeout: timeoutMs ?? S3_TIMEOUT_MS,
      },
      // The default contains the operating system's version, which is private.
      defaultUserAgentProvider: () => Promise.resolve([["epochql"]]),
      // Only Amazon gives buckets host names.
      ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
      ...(region === undefined ? {} : { region }),
      ...(credentials === undefined ? {} : { credentials }),
    });
  }

  /**
   * Does something with the bucket.
   *
   * @param action completes 'Cannot …'
   * @throws {CheckpointError} for errors of the client
   * @throws the signal's reason
   */
  async attempt<T>(action: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    try {
      signal?.throwIfAborted();
      return await work();
    } catch (error) {
      signal?.throwIfAborted();
      throw explainS3Error(error, action, this.#endpoint);
    }
  }

  async put(key: string, bytes: Uint8Array, sha256: string, signal?: AbortSignal): Promise<void> {
    const command = new PutObjectCommand({
      ...this.#address(key),
      Body: bytes,
      ChecksumSHA256: Uint8Array.fromHex(sha256).toBase64(),
    });
    await this.#client.send(command, abortable(signal));
  }

  /** Reads an object. `size` is what the storage announces, if it does. */
  async get(
    key: string,
    signal?: AbortSignal,
  ): Promise<{ readonly body: AsyncIterable<Uint8Array>; readonly size: number | undefined }> {
    const { Body, ContentLength } = await this.#client.send(
      new GetObjectCommand(this.#address(key)),
      abortable(signal),
    );
    return { body: Body?.transformToWebStream() ?? noBytes(), size: ContentLength };
  }

  /** Returns the size of an object; undefined if there is none. */
  async size(key: string): Promise<number | undefined> {
    try {
      const { ContentLength } = await this.#client.send(new HeadObjectCommand(this.#address(key)));
      return ContentLength;
    } catch (error) {
      if (error instanceof NotFound) return undefined;
      throw error;
    }
  }

  /** Signs a URL that takes an object of this size by PUT, without other credentials. */
  async signPut(key: string, bytes: number, seconds: number): Promise<string> {
    const { getSignedUrl } = await import("@aws-sdk/s3-request-presigner");
    const command = new PutObjectCommand({ ...this.#address(key), ContentLength: bytes });
    return await getSignedUrl(this.#client, command, {
      expiresIn: seconds,
      signableHeaders: new Set(["host", "content-length"]),
    });
  }

  async remove(key: string): Promise<void> {
    await this.#client.send(new DeleteObjectCommand(this.#address(key)));
  }

  /** Lists the objects of a folder: 'a/'. */
  async *objects(folder: string): AsyncGenerator<StoredObject, void> {
    const query = { Bucket: this.#name, Prefix: `${this.#prefix}${folder}` };
    for await (const page of paginateListObjectsV2({ client: this.#client }, query)) {
      for (const { Key = "", Size = 0, LastModified } of page.Contents ?? []) {
        const storedAt = LastModified?.getTime() ?? Date.now();
        yield { key: Key.slice(this.#prefix.length), bytes: Size, storedAt };
      }
    }
  }

  /** Lists the names of the folders under the prefix. */
  async *folders(): AsyncGenerator<string, void> {
    const query = { Bucket: this.#name, Prefix: this.#prefix, Delimiter: "/" };
    for await (const page of paginateListObjectsV2({ client: this.#client }, query)) {
      for (const { Prefix = "" } of page.CommonPrefixes ?? []) {
        yield Prefix.slice(this.#prefix.length, -1);
      }
    }
  }

  close(): void {
    this.#client.destroy();
  }

  #address(key: string): { Bucket: string; Key: string } {
    return { Bucket: this.#name, Key: `${this.#prefix}${key}` };
  }
}

function abortable(signal: AbortSignal | undefined): { abortSignal?: AbortSignal } {
  return signal ? { abortSignal: signal } : {};
}

async function* noBytes(): AsyncGenerator<Uint8Array, void> {}
