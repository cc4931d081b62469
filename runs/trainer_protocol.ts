/**
 * What a worker and its trainer process say to each other, as JSON, a line each. The worker writes one order to
 * the trainer's stdin and leaves it open: when it closes, the worker has died, and the trainer ends too. The
 * trainer answers on stdout.
 */
import type { DeviceInfo } from "../ml/engines/engine.ts";
import type { TrainingEvent } from "../ml/event.ts";
import type { TrainingSpec } from "../ml/spec.ts";
import { fromJson, toJson } from "./codec.ts";

/** What a trainer process is to do. */
export type TrainerOrder =
  | {
    readonly type: "train";
    readonly spec: TrainingSpec;
    /** Where datasets lie. */
    readonly dataFolder: string;
  }
  | { readonly type: "listDevices" };

/** What a trainer process says. `finished` or `error` is the last. */
export type TrainerReply =
  | TrainingEvent
  | { readonly type: "devices"; readonly devices: readonly DeviceInfo[] }
  | { readonly type: "finished" }
  /** It cannot be done, and would not be if it were tried again. */
  | { readonly type: "error"; readonly message: string };

/** Every type of reply. */
const REPLIES: Readonly<Record<TrainerReply["type"], true>> = {
  started: true,
  batches: true,
  epoch: true,
  devices: true,
  finished: true,
  error: true,
};

/** A line of the conversation. */
export function toLine(message: TrainerOrder | TrainerReply): string {
  return `${toJson(message)}\n`;
}

/** Reads an order from its line. */
export function parseOrder(line: string): TrainerOrder {
  return fromJson(line) as TrainerOrder;
}

/** Reads a reply from its line; undefined if it is something else that a library has printed. */
export function parseReply(line: string): TrainerReply | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    const reply = fromJson(line) as TrainerReply;
    return REPLIES[reply.type] ? reply : undefined;
  } catch {
    return undefined;
  }
}

/** The lines of a stream of UTF-8; the last one may lack its end. */
export async function* readLines(stream: ReadableStream<Uint8Array>): AsyncGenerator<string, void> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of stream) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
  if (rest !== "") yield rest;
}
