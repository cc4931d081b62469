/** Reads the body of an inference request: JSON, or JSON with the inputs' bytes behind it (the binary extension). */
import { isUtf8 } from "node:buffer";
import { z } from "zod";
import { errorMessage } from "../../lib/error_message.ts";
import { deadline } from "../../lib/deadline.ts";
import { limitBody } from "../http/body_size.ts";
import { bodyTimeoutRule } from "../http/refusal.ts";
import { MAX_INFERENCE_BYTES } from "../limits.ts";
import { unpackBody } from "./encoding.ts";
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
  /** The outputs that are asked for; all if absent. */
  readonly outputs: readonly AskedOutput[] | undefined;
  /** True if outputs that say nothing else are to be bytes behind the JSON. */
  readonly isBinary: boolean;
}

/** An output that is asked for. */
export interface AskedOutput {
  readonly name: string;
  /** True if it is to be bytes behind the JSON; as the request says, if absent. */
  readonly isBinary: boolean | undefined;
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
  outputs: z.array(z.object({
    name: z.string(),
    parameters: z.object({ binary_data: z.boolean().optional() }).optional(),
  })).max(16).optional(),
  parameters: z.object({ binary_data_output: z.boolean().optional() }).optional(),
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
  const sent = await deadline(
    bodyTimeoutMs,
    limitBody(request, MAX_INFERENCE_BYTES).bytes(),
    () => {
      throw badRequest(bodyTimeoutRule(bodyTimeoutMs), 408);
    },
  );
  const bytes = await unpackBody(request, sent, MAX_INFERENCE_BYTES);
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
  const { id, inputs: [first], outputs, parameters: settings } = parsed.data;
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
    outputs: outputs?.length
      ? outputs.map(({ name, parameters }) => ({ name, isBinary: parameters?.binary_data }))
      : undefined,
    isBinary: settings?.binary_data_output ?? false,
  };
}

function parse(bytes: Uint8Array): unknown {
  if (!isUtf8(bytes)) throw badRequest("the body must be UTF-8, got bytes that are not.");
  const text = new TextDecoder().decode(bytes);
  try {
    return JSON.parse(text);
  } catch (error) {
    // Python's json module writes these by default.
    const [, number] = /[[,:]\s*(NaN|-?Infinity)\b/.exec(text) ?? [];
    if (number !== undefined) throw badRequest(`values must be finite numbers, got ${number}.`);
    throw badRequest(`the body must be JSON. ${errorMessage(error)}`);
  }
}
