/**
 * Results encoded as server-sent events. Subscribers of the same events get the same bytes, which are encoded once
 * and cached as long as their results live.
 */
import type { ExecutionResult } from "graphql";
import type { ToPublic } from "../../graphql/mask_errors.ts";
import { isShared } from "../../graphql/plugins/use_shared_results.ts";
import type { Message } from "./merged_results.ts";

/** Events that were encoded together. */
interface Piece {
  readonly results: readonly ExecutionResult[];
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Cached pieces with the same first result: some subscribers get more results at a time than others. */
const MAX_PIECES = 4;

const encoder = new TextEncoder();

/** JSON of shared results. */
const texts = new WeakMap<ExecutionResult, string>();

/** Cached pieces by their first result. */
const pieces = new WeakMap<ExecutionResult, Piece[]>();

/** Encodes results as events, in one piece. The bytes may be shared and must not be changed. */
export function encodeEvents(
  results: readonly ExecutionResult[],
  toPublic: ToPublic,
): Uint8Array<ArrayBuffer> {
  const [first] = results;
  if (!first || !results.every(isShared)) return encode(results, toPublic);
  const known = pieces.get(first) ?? [];
  const found = known.find((piece) => isSame(piece.results, results));
  if (found) return found.bytes;
  const bytes = encode(results, toPublic);
  pieces.set(first, [{ results, bytes }, ...known].slice(0, MAX_PIECES));
  return bytes;
}

function encode(results: readonly ExecutionResult[], toPublic: ToPublic): Uint8Array<ArrayBuffer> {
  const frames = results.map((result) => eventFrame("next", jsonOf(result, toPublic)));
  return encoder.encode(frames.join(""));
}

/** Encodes the messages of operations that share a stream. */
export function encodeMessages(
  messages: readonly Message[],
  toPublic: ToPublic,
): Uint8Array<ArrayBuffer> {
  const frames = messages.map(({ id, result }) => {
    const name = JSON.stringify(id);
    return result
      ? eventFrame("next", `{"id":${name},"payload":${jsonOf(result, toPublic)}}`)
      : eventFrame("complete", `{"id":${name}}`);
  });
  return encoder.encode(frames.join(""));
}

function eventFrame(event: "next" | "complete", data: string): string {
  return `event: ${event}\ndata: ${data}\n\n`;
}

function jsonOf(result: ExecutionResult, toPublic: ToPublic): string {
  const known = texts.get(result);
  if (known !== undefined) return known;
  const text = JSON.stringify(toPublic(result));
  if (isShared(result)) texts.set(result, text);
  return text;
}

function isSame(some: readonly unknown[], others: readonly unknown[]): boolean {
  return some.length === others.length && some.every((one, index) => one === others[index]);
}
