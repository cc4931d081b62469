/**
 * Requests for the bytes of an upload: the core of the tus protocol 1.0 (https://tus.io/protocols/resumable-upload)
 * with its termination and expiration, and PUT for the whole file. createUpload stands for tus's creation.
 */
import {
  type Upload,
  UploadError,
  type UploadErrorKind,
  type UploadStore,
} from "../../data/uploads/upload_store.ts";
import { deadline } from "../../lib/deadline.ts";
import { scopesOf, type Viewer } from "../../schema/base/access.ts";
import { type ErrorCode, refuse } from "../http/errors.ts";
import { refuseMethod } from "../http/methods.ts";
import { UPLOAD } from "../http/paths.ts";
import { UPLOAD_STALL_MS } from "../timeouts.ts";

const VERSION = "1.0.0";
const METHODS = ["HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"] as const;
type Method = typeof METHODS[number];

/** Content-Type of tus's pieces. */
const PIECE_TYPE = "application/offset+octet-stream";

/** A request for an upload of its client. */
interface UploadRequest {
  readonly request: Request;
  readonly upload: Upload;
  readonly uploads: UploadStore;
}

const HANDLERS: Readonly<
  Record<Exclude<Method, "OPTIONS">, (given: UploadRequest) => Promise<Response>>
> = {
  HEAD: ({ upload }) => Promise.resolve(progress(200, upload)),
  PUT: respondPut,
  PATCH: respondPatch,
  async DELETE({ upload, uploads }) {
    await uploads.remove(upload.id);
    return new Response(null, { status: 204 });
  },
};

/** Responds to a request for a path that UPLOAD matches. */
export async function serveUpload(
  request: Request,
  uploads: UploadStore | undefined,
  viewer: Viewer,
): Promise<Response> {
  const response = await respond(request, uploads, viewer).catch(refuseError);
  response.headers.set("tus-resumable", VERSION);
  response.headers.set("cache-control", "no-store");
  return response;
}

async function respond(
  request: Request,
  uploads: UploadStore | undefined,
  viewer: Viewer,
): Promise<Response> {
  const [pathname, id = ""] = UPLOAD.exec(new URL(request.url).pathname) ?? [];
  // For clients whose network knows no PATCH.
  const named = request.headers.get("x-http-method-override") ?? request.method;
  const method = METHODS.find((method) => method === named.toUpperCase());
  if (method === undefined) return refuseMethod(request, METHODS);
  if (method === "OPTIONS") return describeProtocol();
  const version = request.headers.get("tus-resumable");
  if (version !== null && version !== VERSION) return refuseVersion(version);
  if (!scopesOf(viewer).write) {
    return refuse(
      403,
      "FORBIDDEN",
      `Cannot ${method} ${pathname}: the scope must be 'write' or more, ` +
        `got '${viewer.scope}' of the token '${viewer.name}'.`,
    );
  }
  const upload = await uploads?.find(id);
  if (!uploads || !upload || (upload.owner !== viewer.name && !scopesOf(viewer).admin)) {
    return refuse(
      404,
      "NOT_FOUND",
      `Cannot ${method} ${pathname}: there is no such upload; it never was, was removed or has expired. ` +
        "Announce it with createUpload.",
    );
  }
  return await HANDLERS[method]({ request, upload, uploads });
}

async function respondPut({ request, upload, uploads }: UploadRequest): Promise<Response> {
  const length = request.headers.get("content-length");
  if (length !== null && Number(length) !== upload.bytes) {
    return refusePiece(400, `the body must have ${upload.bytes} bytes, got ${length}.`, upload);
  }
  const after = await uploads.append(upload.id, { offset: "start", body: bodyOf(request) });
  if (after.received === after.bytes) return progress(204, after);
  return refusePiece(
    400,
    `the body must have ${after.bytes} bytes, got ${after.received}. PATCH continues there.`,
    after,
  );
}

async function respondPatch({ request, upload, uploads }: UploadRequest): Promise<Response> {
  const type = request.headers.get("content-type");
  if (type?.split(";")[0]?.trim().toLowerCase() !== PIECE_TYPE) {
    const got = type === null ? "none" : `'${type}'`;
    return refusePiece(415, `Content-Type must be ${PIECE_TYPE}, got ${got}.`, upload);
  }
  const header = request.headers.get("upload-offset");
  if (header === null || !/^\d{1,15}$/.test(header)) {
    const got = header === null ? "none" : `'${header}'`;
    return refusePiece(400, `Upload-Offset must be a whole number, got ${got}.`, upload);
  }
  const length = request.headers.get("content-length");
  const offset = Number(header);
  if (length !== null && offset + Number(length) > upload.bytes) {
    return refusePiece(
      413,
      `the upload must have ${upload.bytes} bytes, got ${length} from ${offset} on.`,
      upload,
    );
  }
  return progress(204, await uploads.append(upload.id, { offset, body: bodyOf(request) }));
}

/** Creates a response that says how much was received. */
function progress(status: number, { received, bytes, fileName, expiresAt }: Upload): Response {
  const name = new TextEncoder().encode(fileName).toBase64();
  return new Response(null, {
    status,
    headers: {
      "upload-offset": String(received),
      "upload-length": String(bytes),
      "upload-metadata": `filename ${name}`,
      "upload-expires": new Date(expiresAt).toUTCString(),
    },
  });
}

function describeProtocol(): Response {
  return new Response(null, {
    status: 204,
    headers: { "tus-version": VERSION, "tus-extension": "termination,expiration" },
  });
}

function refuseVersion(version: string): Response {
  const message = `Cannot upload: Tus-Resumable must be ${VERSION}, got '${version.slice(0, 20)}'.`;
  return refuse(412, "BAD_USER_INPUT", message, { "tus-version": VERSION });
}

function refusePiece(status: number, rule: string, { id, received }: Upload): Response {
  return refuse(status, "BAD_USER_INPUT", `Cannot continue the upload '${id}': ${rule}`, {
    "upload-offset": String(received),
  });
}

const REFUSALS: Readonly<Record<UploadErrorKind, readonly [status: number, code: ErrorCode]>> = {
  unknown: [404, "NOT_FOUND"],
  "too-large": [413, "BAD_USER_INPUT"],
  "not-direct": [400, "BAD_USER_INPUT"],
  "too-long": [413, "BAD_USER_INPUT"],
  quota: [429, "RATE_LIMITED"],
  incomplete: [409, "CONFLICT"],
  complete: [409, "CONFLICT"],
  "wrong-offset": [409, "CONFLICT"],
  busy: [423, "CONFLICT"],
  interrupted: [400, "BAD_USER_INPUT"],
  "disk-full": [507, "UNAVAILABLE"],
  disk: [503, "UNAVAILABLE"],
};

function refuseError(error: unknown): Response {
  if (!(error instanceof UploadError)) throw error;
  const { kind, message, received } = error;
  const [status, code] = REFUSALS[kind];
  return refuse(
    status,
    code,
    message,
    received === undefined ? {} : { "upload-offset": String(received) },
  );
}

/** Returns the body of a request, which fails if no byte arrives for too long. */
function bodyOf({ body }: Request): ReadableStream<Uint8Array> {
  const reader = body?.getReader();
  return new ReadableStream({
    async pull(controller) {
      const next = reader?.read() ?? Promise.resolve({ done: true } as const);
      const read = await deadline(UPLOAD_STALL_MS, next, () => undefined);
      if (!read) throw new Error(`no byte arrived for ${UPLOAD_STALL_MS / 1000} s`);
      if (read.done || read.value === undefined) controller.close();
      else controller.enqueue(read.value);
    },
    async cancel(reason) {
      await reader?.cancel(reason);
    },
  });
}
