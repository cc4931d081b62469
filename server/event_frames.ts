/**
 * Answers in the form of server-sent events. A thousand who watch the same are given the same bytes: what is made for the
 * first of them is kept for the others as long as its answers are.
 */
import type { ExecutionResult } from "graphql";
import { isShared } from "./shared_answers.ts";

/** What clients see of an answer. */
export type ToPublic = (answer: ExecutionResult) => unknown;

/** Events that were made together. */
interface Piece {
  readonly answers: readonly ExecutionResult[];
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Pieces with the same first answer that are kept: some watchers are given more at a time than others. */
const MOST_PIECES = 4;

const encoder = new TextEncoder();

/** What was made of answers that many are given. */
const frames = new WeakMap<ExecutionResult, string>();

/** By their first answer. */
const pieces = new WeakMap<ExecutionResult, Piece[]>();

/** The events of some answers, in one piece. Whoever is given it must not change it. */
export function encodeEvents(
  answers: readonly ExecutionResult[],
  toPublic: ToPublic,
): Uint8Array<ArrayBuffer> {
  const [first] = answers;
  if (!first || !answers.every(isShared)) return encode(answers, toPublic);
  const known = pieces.get(first) ?? [];
  const found = known.find((piece) => isSame(piece.answers, answers));
  if (found) return found.bytes;
  const bytes = encode(answers, toPublic);
  pieces.set(first, [{ answers, bytes }, ...known].slice(0, MOST_PIECES));
  return bytes;
}

function encode(answers: readonly ExecutionResult[], toPublic: ToPublic): Uint8Array<ArrayBuffer> {
  return encoder.encode(answers.map((answer) => frameOf(answer, toPublic)).join(""));
}

function frameOf(answer: ExecutionResult, toPublic: ToPublic): string {
  const known = frames.get(answer);
  if (known !== undefined) return known;
  const frame = `event: next\ndata: ${JSON.stringify(toPublic(answer))}\n\n`;
  if (isShared(answer)) frames.set(answer, frame);
  return frame;
}

function isSame(some: readonly unknown[], others: readonly unknown[]): boolean {
  return some.length === others.length && some.every((one, index) => one === others[index]);
}
