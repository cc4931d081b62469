/**
 * Answers in the form of server-sent events. A thousand who watch the same are given the same bytes: what is made for the
 * first of them is kept for the others as long as its answers are.
 */
import type { ExecutionResult } from "graphql";
import type { Message } from "./merged_results.ts";
import { isShared } from "../../graphql/plugins/use_shared_results.ts";

/** What clients see of an answer. */
export type ToPublic = (answer: ExecutionResult) => object;

/** Events that were made together. */
interface Piece {
  readonly answers: readonly ExecutionResult[];
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Pieces with the same first answer that are kept: some watchers are given more at a time than others. */
const MOST_PIECES = 4;

const encoder = new TextEncoder();

/** What was made of answers that many are given: their JSON. */
const texts = new WeakMap<ExecutionResult, string>();

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
  const frames = answers.map((answer) => frameOf("next", textOf(answer, toPublic)));
  return encoder.encode(frames.join(""));
}

/** The events of operations that share a stream. */
export function encodeMessages(
  messages: readonly Message[],
  toPublic: ToPublic,
): Uint8Array<ArrayBuffer> {
  const frames = messages.map(({ id, answer }) => {
    const name = JSON.stringify(id);
    return answer
      ? frameOf("next", `{"id":${name},"payload":${textOf(answer, toPublic)}}`)
      : frameOf("complete", `{"id":${name}}`);
  });
  return encoder.encode(frames.join(""));
}

function frameOf(event: "next" | "complete", data: string): string {
  return `event: ${event}\ndata: ${data}\n\n`;
}

function textOf(answer: ExecutionResult, toPublic: ToPublic): string {
  const known = texts.get(answer);
  if (known !== undefined) return known;
  const text = JSON.stringify(toPublic(answer));
  if (isShared(answer)) texts.set(answer, text);
  return text;
}

function isSame(some: readonly unknown[], others: readonly unknown[]): boolean {
  return some.length === others.length && some.every((one, index) => one === others[index]);
}
