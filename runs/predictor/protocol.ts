/**
 * The protocol between a server and its predictor process: frames (lib/process/frames.ts) with numbered requests on
 * stdin, and their answers on stdout, in any order. Samples and results are the frames' bytes. The server leaves stdin
 * open: if it closes, the server has died and the predictor exits.
 */
import type { ClassifyAnswer, ClassifyRequest } from "../../ml/engines/classifier.ts";
import { encodeFrame, type Frame } from "../../lib/process/frames.ts";

/** Server to predictor; the samples are the bytes. */
interface RequestMessage extends Omit<ClassifyRequest, "samples"> {
  readonly number: number;
  readonly dtype: "uint8" | "float32";
}

/** Predictor to server; classes, probabilities and logits are the bytes. */
type AnswerMessage =
  & { readonly number: number }
  & (
    | { readonly kind: "classified"; readonly count: number }
    | Exclude<ClassifyAnswer, { readonly kind: "classified" }>
  );

/** Predictor to server: it cannot predict at all. The only answer. */
interface UnavailableMessage {
  readonly kind: "unavailable";
  readonly message: string;
}

/** An answer, or that there will be none. */
export type PredictorReply =
  | { readonly kind: "answer"; readonly number: number; readonly answer: ClassifyAnswer }
  | UnavailableMessage;

/** Encodes a request. */
export function encodeRequest(
  number: number,
  { samples, sha256, path }: ClassifyRequest,
): Uint8Array<ArrayBuffer> {
  const dtype = samples instanceof Uint8Array ? "uint8" : "float32";
  return encodeFrame({ number, dtype, sha256, path } satisfies RequestMessage, [samples]);
}

/** Decodes a request. */
export function decodeRequest(
  { message, bytes }: Frame,
): { readonly number: number; readonly request: ClassifyRequest } {
  const { number, dtype, sha256, path } = message as RequestMessage;
  const samples = dtype === "uint8" ? bytes : new Float32Array(bytes.buffer);
  return { number, request: { sha256, path, samples } };
}

/** Encodes an answer. */
export function encodeAnswer(number: number, answer: ClassifyAnswer): Uint8Array<ArrayBuffer> {
  if (answer.kind !== "classified") {
    return encodeFrame({ number, ...answer } satisfies AnswerMessage);
  }
  const { predicted, probabilities, logits } = answer.classified;
  return encodeFrame(
    { number, kind: "classified", count: predicted.length } satisfies AnswerMessage,
    [predicted, probabilities, logits],
  );
}

/** Encodes that the predictor cannot predict at all. */
export function encodeUnavailable(message: string): Uint8Array<ArrayBuffer> {
  return encodeFrame({ kind: "unavailable", message } satisfies UnavailableMessage);
}

/** Decodes a reply. */
export function decodeReply({ message, bytes }: Frame): PredictorReply {
  const reply = message as AnswerMessage | UnavailableMessage;
  if (reply.kind === "unavailable") return reply;
  const { number } = reply;
  if (reply.kind !== "classified") return { kind: "answer", number, answer: reply };
  const { count } = reply;
  const values = (bytes.length / 4 - count) / 2;
  const classified = {
    predicted: new Int32Array(bytes.buffer, 0, count),
    probabilities: new Float32Array(bytes.buffer, 4 * count, values),
    logits: new Float32Array(bytes.buffer, 4 * (count + values), values),
  };
  return { kind: "answer", number, answer: { kind: "classified", classified } };
}
