/**
 * What a worker and its trainer process say to each other, as JSON, a line each. The worker writes one order to
 * the trainer's stdin and leaves it open: later it may ask for a stop, and when it closes, the worker has died, and
 * the trainer ends too. The trainer answers on stdout.
 */
import type { TrainingEvent } from "../../ml/training/events.ts";
import type { CheckpointPolicy } from "../../ml/training/checkpointing.ts";
import type { TrainingSpec } from "../../ml/spec/spec.ts";
import { upgradeSpec } from "../../ml/spec/upgrade.ts";
import { fromJson, toJson } from "../log/codec.ts";
import type { ProblemReport, UsageReport, WrittenCheckpoint } from "./trainer.ts";
import type { DeviceInfo } from "../../ml/device.ts";

/** What a trainer process is to do. */
export type TrainerOrder =
  | {
    readonly type: "train";
    readonly spec: TrainingSpec;
    /** Where datasets lie. */
    readonly dataFolder: string;
    /** CPU threads; as many as the machine has, if absent. */
    readonly threads?: number;
    /** The file of the checkpoint to go on from. */
    readonly from?: string;
    readonly checkpoints?: {
      /** Where to write them. */
      readonly folder: string;
      readonly every: NonNullable<CheckpointPolicy["every"]>;
    };
  }
  | { readonly type: "listDevices"; readonly threads?: number };

/** What it may be told while it trains: to save what was trained and to end. */
export const STOP = { type: "stop" } as const;

/** What a trainer process says. `finished` or `error` is the last. */
export type TrainerReply =
  | TrainingEvent
  | WrittenCheckpoint
  | ProblemReport
  | UsageReport
  /** A sign of life: nothing hangs. */
  | { readonly type: "alive" }
  | { readonly type: "devices"; readonly devices: readonly DeviceInfo[] }
  | { readonly type: "finished" }
  /** It cannot be done, and would not be if it were tried again. `noDevice`: there is no such device as was asked for. */
  | { readonly type: "error"; readonly message: string; readonly noDevice?: boolean };

/** Every type of reply. */
const REPLIES: Readonly<Record<TrainerReply["type"], true>> = {
  started: true,
  batches: true,
  epoch: true,
  checkpoint: true,
  trouble: true,
  usage: true,
  alive: true,
  devices: true,
  finished: true,
  error: true,
};

/** A line of the conversation. */
export function toLine(message: TrainerOrder | typeof STOP | TrainerReply): string {
  return `${toJson(message)}\n`;
}

/** Reads an order from its line. */
export function parseOrder(line: string): TrainerOrder {
  const order = fromJson(line) as TrainerOrder;
  return order.type === "train" ? { ...order, spec: upgradeSpec(order.spec) } : order;
}

/** Whether a line asks for a stop. */
export function isStop(line: string): boolean {
  return (fromJson(line) as { readonly type?: unknown }).type === STOP.type;
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
