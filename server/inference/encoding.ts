/**
 * Compressed bodies of the Open Inference Protocol, as KServe's and Triton's clients send and accept them: gzip and
 * deflate.
 */
import { promisify } from "node:util";
import { deflate, gunzip, gzip, inflate } from "node:zlib";
import Negotiator from "negotiator";
import { badRequest } from "./errors.ts";

const ENCODINGS = {
  gzip: { pack: promisify(gzip), unpack: promisify<Uint8Array, Limit, Uint8Array>(gunzip) },
  deflate: { pack: promisify(deflate), unpack: promisify<Uint8Array, Limit, Uint8Array>(inflate) },
} as const;

interface Limit {
  readonly maxOutputLength: number;
}

type Encoding = keyof typeof ENCODINGS;

const NAMES = Object.keys(ENCODINGS) as readonly Encoding[];

/** The smallest body that is compressed: others would gain nothing. */
const MIN_BYTES = 4_000;

/**
 * Unpacks a body. What is packed is unpacked only up to the limit.
 *
 * @param max bytes of the unpacked body
 * @throws {GraphQLError} if it is packed otherwise than its Content-Encoding says, or too large
 */
export async function unpackBody(
  { headers }: Request,
  bytes: Uint8Array<ArrayBuffer>,
  max: number,
): Promise<Uint8Array> {
  const name = (headers.get("content-encoding") ?? "identity").trim().toLowerCase();
  if (name === "identity") return bytes;
  const encoding = NAMES.find((each) => each === name);
  if (!encoding) {
    throw badRequest(
      `Content-Encoding must be ${NAMES.join(", ")} or identity, got '${name.slice(0, 40)}'.`,
      415,
    );
  }
  try {
    return await ENCODINGS[encoding].unpack(bytes, { maxOutputLength: max });
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ERR_BUFFER_TOO_LARGE") {
      throw badRequest(`a request must have at most ${max} bytes unpacked, got more.`, 413);
    }
    throw badRequest(`the body must be packed as ${encoding}, got bytes that are not.`);
  }
}

/** Creates a response, whose body is packed if the client accepts that and it is large enough. */
export async function packedResponse(
  { headers }: Request,
  body: Uint8Array<ArrayBuffer>,
  described: Readonly<Record<string, string>>,
): Promise<Response> {
  const own = { ...described, vary: "accept-encoding" };
  const accept = headers.get("accept-encoding");
  const accepted = accept === null
    ? []
    : new Negotiator({ headers: { "accept-encoding": accept } }).encodings([...NAMES, "identity"]);
  const encoding = NAMES.find((name) => name === accepted[0]);
  if (!encoding || body.length < MIN_BYTES) return new Response(body, { headers: own });
  const packed = await ENCODINGS[encoding].pack(body);
  return new Response(new Uint8Array(packed), {
    headers: { ...own, "content-encoding": encoding },
  });
}
