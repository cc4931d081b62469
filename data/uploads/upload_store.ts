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

/** A store of uploads. Its methods throw UploadError. */
export interface UploadStore {
  /** Announces an upload. On return it survives a power loss. */
  create(
    request: { readonly fileName: string; readonly bytes: number; readonly owner: string },
  ): Promise<Upload>;
  /** Returns an upload, or undefined if it does not exist or has expired. */
  find(id: string): Promise<Upload | undefined>;
  /**
   * Appends a piece. Its bytes stay if it breaks off. An earlier piece of the same upload that is still being received
   * ends first.
   */
  append(id: string, piece: UploadPiece): Promise<Upload>;
  /**
   * Returns the file of a complete upload, which then stays for its whole lifetime again.
   *
   * @throws {UploadError} 'unknown' or 'incomplete'
   */
  file(id: string): Promise<UploadedFile>;
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
  /** The disk cannot be read or written. */
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
