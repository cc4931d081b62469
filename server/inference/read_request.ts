/** Reads the body of an inference request: JSON, or JSON with the inputs' bytes behind it (the binary extension). */
import { isUtf8 } from "node:buffer";
import { z } from "zod";
import { errorMessage } from "../../lib/error_message.ts";
import { deadline } from "../../lib/deadline.ts";
import { limitBody } from "../http/body_size.ts";
import { bodyTimeoutRule } from "../http/refusal.ts";
import { MAX_INFERENCE_BYTES } from "../limits.ts";
import { badRequest } from "./errors.ts";

/** An input tensor as it was sent: its data, or its bytes. */
export interface GivenTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly datatype: string;
  readonly data?: unknown;
  readonly bytes?: Uint8Array | undefined;
}

/** An inference request with its only input. */
export interface InferenceRequest {
  readonly id: string | undefined;
  readonly input: GivenTensor;
  /** Names of the outputs; all if absent. */
  readonly outputs: readonly string[] | undefined;
}

const BODY = z.object({
  id: z.string().max(256).optional(),
  inputs: z.array(z.object({
    name: z.string(),
    shape: z.array(z.int().min(0)).max(8),
    datatype: z.string(),
    data: z.unknown().optional(),
    parameters: z.object({ binary_data_size: z.int().min(0).optional() }).optional(),
  })).length(1),
  outputs: z.array(z.object({ name: z.string() })).optional(),
});

/**
 * Reads a request.
 *
 * @throws {GraphQLError} if it is too large, too slow or not as the protocol says
 */
export async function readRequest(
  request: Request,
  bodyTimeoutMs: number,
): Promise<InferenceRequest> {
  const encoding = request.headers.get("content-encoding") ?? "identity";
  if (encoding !== "identity") {
    throw badRequest(`the body must not be compressed, got ${encoding.slice(0, 40)}.`, 415);
  }
  const bytes = await deadline(
    bodyTimeoutMs,
    limitBody(request, MAX_INFERENCE_BYTES).bytes(),
    () => {
      throw badRequest(bodyTimeoutRule(bodyTimeoutMs), 408);
    },
  );
  const header = request.headers.get("inference-header-content-length");
  const length = header === null ? bytes.length : Number(header);
  if (!(Number.isInteger(length) && length >= 0 && length <= bytes.length)) {
    throw badRequest("Inference-Header-Content-Length must be the length of the body's JSON.");
  }
  const parsed = BODY.safeParse(parse(bytes.subarray(0, length)));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw badRequest(
      `the body must be an inference request: ${issue?.path.join(".")}: ${issue?.message}.`,
    );
  }
  const { id, inputs: [first], outputs } = parsed.data;
  if (!first) throw badRequest("the request must have one input, got none.");
  const { parameters, ...input } = first;
  const size = parameters?.binary_data_size;
  const rest = bytes.subarray(length);
  if ((size ?? 0) !== rest.length) {
    throw badRequest(
      `binary_data_size must be the number of bytes behind the JSON, ${rest.length}, got ${
        size ?? "none"
      }.`,
    );
  }
  return {
    id,
    input: { ...input, bytes: size === undefined ? undefined : rest },
    outputs: outputs?.length ? outputs.map(({ name }) => name) : undefined,
  };
}

function parse(bytes: Uint8Array): unknown {
  if (!isUtf8(bytes)) throw badRequest("the body must be UTF-8, got bytes that are not.");
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    throw badRequest(`the body must be JSON. ${errorMessage(error)}`);
  }
}
