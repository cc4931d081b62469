/** The interface of upload stores: files that clients send in pieces, and their limits. */

/** A file that a client sends. */
export interface Upload {
  readonly id: string;
  /** Name of the file on the client's machine. It is never used as a path. */
  readonly fileName: string;
  /** Announced size of the file. */
  readonly bytes: number;
  /** Bytes that are on the disk. */
  readonly received: number;
  /** Name of the client that sends it. */
  readonly owner: string;
  /** URL of object storage that takes the whole file by PUT; only create() returns it. */
  readonly directUrl?: string | undefined;
  /** Time when it is removed unless it is used or continued before, in milliseconds since 1970. */
  readonly expiresAt: number;
}

/** A complete upload as a file on this machine. */
export interface UploadedFile {
  readonly path: string;
  readonly fileName: string;
  readonly bytes: number;
  readonly owner: string;
}

/** Limits of uploads. */
export interface UploadLimits {
  /** Largest size of an upload. */
  readonly maxBytes: number;
  /** Largest size of all uploads of an owner together, by their announced sizes. */
  readonly maxOwnerBytes: number;
  /** Largest number of unfinished uploads of an owner. */
  readonly maxUnfinished: number;
  /** Time for which an upload stays after its last piece or use. */
  readonly lifetimeMs: number;
}

const GIGABYTE = 1_000_000_000;

/** Limits by default. */
export const DEFAULT_UPLOAD_LIMITS: UploadLimits = {
  maxBytes: 10 * GIGABYTE,
  maxOwnerBytes: 50 * GIGABYTE,
  maxUnfinished: 20,
  lifetimeMs: 24 * 3_600_000,
};

/** A piece of an upload. */
export interface UploadPiece {
  /** Position of its first byte, which must be the number of received bytes; 'start' replaces what was received. */
  readonly offset: number | "start";
  readonly body: ReadableStream<Uint8Array>;
}

/** An announcement of an upload. */
export interface UploadRequest {
  readonly fileName: string;
  readonly bytes: number;
  readonly owner: string;
  /** True if the client sends it to object storage rather than to the server. */
  readonly isDirect?: boolean;
}

/** Object storage that clients send files to, past the server. Its methods throw errors with messages for people. */
export interface DirectUploads {
  /** Largest size of a file. */
  readonly maxBytes: number;
  /** Returns the URL that takes a file of this size by PUT, once or several times, for a while. */
  sign(id: string, bytes: number, lifetimeMs: number): Promise<string>;
  /** Returns the size of a file that was sent; undefined if there is none. */
  size(id: string): Promise<number | undefined>;
  /** Copies a file to a path on this machine, atomically. */
  fetch(id: string, path: string, signal?: AbortSignal): Promise<void>;
  remove(id: string): Promise<void>;
  /** Removes the files that were sent before a time, in milliseconds since 1970. */
  removeOlder(time: number): Promise<void>;
}

/** A store of uploads. Its methods throw UploadError. */
export interface UploadStore {
  /** Announces an upload. On return it survives a power loss. */
  create(request: UploadRequest): Promise<Upload>;
  /** Returns an upload, or undefined if it does not exist or has expired. */
  find(id: string): Promise<Upload | undefined>;
  /**
   * Appends a piece. Its bytes stay if it breaks off. An earlier piece of the same upload that is still being received
   * ends first.
   */
  append(id: string, piece: UploadPiece): Promise<Upload>;
  /**
   * Returns the place of a complete upload on this machine, where file() brings it. The upload then stays for its whole
   * lifetime again.
   *
   * @throws {UploadError} 'unknown' or 'incomplete'
   */
  locate(id: string): Promise<UploadedFile>;
  /**
   * Returns the file of a complete upload, fetched from object storage if it was sent there. It then stays for its
   * whole lifetime again.
   *
   * @throws {UploadError} 'unknown' or 'incomplete'
   * @throws the signal's reason
   */
  file(id: string, signal?: AbortSignal): Promise<UploadedFile>;
  /** Removes an upload; returns false if there is none. */
  remove(id: string): Promise<boolean>;
  /** Removes expired uploads. */
  removeExpired(): Promise<void>;
}

/** Kind of an upload error. */
export type UploadErrorKind =
  /** No upload has this id, or it has expired. */
  | "unknown"
  /** The announced size is larger than the limit, or not a size. */
  | "too-large"
  /** The server keeps nothing in object storage. */
  | "not-direct"
  /** The owner has too many uploads, or too many bytes. */
  | "quota"
  /** Bytes are missing. */
  | "incomplete"
  /** All bytes were received before. */
  | "complete"
  /** The piece begins at another position. */
  | "wrong-offset"
  /** The piece has more bytes than are missing. */
  | "too-long"
  /** Another server is receiving it, or a newer piece ended this one. */
  | "busy"
  /** The piece broke off: the client has gone. */
  | "interrupted"
  /** No space left, or a quota of the disk reached. */
  | "disk-full"
  /** The disk or the object storage cannot be read or written. */
  | "disk";

/** Thrown if an upload cannot be received or used. The message states the remedy. */
export class UploadError extends Error {
  override readonly name = "UploadError";
  constructor(
    readonly kind: UploadErrorKind,
    message: string,
    options?: ErrorOptions & { readonly received?: number },
  ) {
    super(message, options);
    this.received = options?.received;
  }
  /** Bytes that are on the disk, where the upload can be continued. */
  readonly received: number | undefined;
}
