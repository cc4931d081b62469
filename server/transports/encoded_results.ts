/**
 * Results encoded for streams. Subscribers of the same results get the same bytes, which are encoded once and cached as
 * long as their results live.
 */
import type { ExecutionResult } from "graphql";
import type { ToPublic } from "../graphql/mask_errors.ts";
import { isShared } from "../graphql/plugins/use_shared_results.ts";

/** Encodes results, in one piece. The bytes may be shared and must not be changed. */
export type EncodeResults = (
  results: readonly ExecutionResult[],
  toPublic: ToPublic,
) => Uint8Array<ArrayBuffer>;

/** Results that were encoded together. */
interface Piece {
  readonly results: readonly ExecutionResult[];
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Cached pieces with the same first result: some subscribers get more results at a time than others. */
const MAX_PIECES = 4;

const encoder = new TextEncoder();

/** JSON of shared results. */
const texts = new WeakMap<ExecutionResult, string>();

/**
 * Creates the encoder of a transport.
 *
 * @param frame puts a result's JSON into the transport's form
 */
export function createEncoder(
  frame: (json: string, result: ExecutionResult) => string,
): EncodeResults {
  /** Cached pieces by their first result. */
  const pieces = new WeakMap<ExecutionResult, Piece[]>();
  /** The latest piece, which most subscribers get next. */
  let last: Piece | undefined;

  const encode: EncodeResults = (results, toPublic) => {
    const frames = results.map((result) => frame(jsonOf(result, toPublic), result));
    return encoder.encode(frames.join(""));
  };

  return (results, toPublic) => {
    if (last && isSame(last.results, results)) return last.bytes;
    const [first] = results;
    if (!first || !results.every(isShared)) return encode(results, toPublic);
    const known = pieces.get(first) ?? [];
    const found = known.find((piece) => isSame(piece.results, results));
    if (found) return found.bytes;
    const bytes = encode(results, toPublic);
    last = { results, bytes };
    pieces.set(first, [last, ...known].slice(0, MAX_PIECES));
    return bytes;
  };
}

/** Returns the JSON of a result's public form. */
export function jsonOf(result: ExecutionResult, toPublic: ToPublic): string {
  const known = texts.get(result);
  if (known !== undefined) return known;
  const text = JSON.stringify(toPublic(result));
  if (isShared(result)) texts.set(result, text);
  return text;
}

function isSame(some: readonly unknown[], others: readonly unknown[]): boolean {
  return some.length === others.length && some.every((one, index) => one === others[index]);
}
