/**
 * The protocol between a worker and its trainer process: JSON, one message a line. The worker writes one order to the
 * trainer's stdin, possibly followed by a stop, and leaves stdin open: if it closes, the worker has died and the
 * trainer exits. The trainer replies on stdout, and the last reply is `finished` or `error`.
 */
import type { TrainingEvent } from "../../ml/training/events.ts";
import type { CheckpointPolicy } from "../../ml/training/checkpointing.ts";
import type { TrainingSpec } from "../../ml/spec/spec.ts";
import { upgradeSpec } from "../../ml/spec/upgrade.ts";
import { fromJson, toJson } from "../log/codec.ts";
import type { LogLine, ProblemReport, UsageReport, WrittenCheckpoint } from "./trainer.ts";
import type { DeviceInfo } from "../../ml/device.ts";

/**
 * Worker to trainer, the first line.
 *
 * - `train`: replies `started`, then `batches` and `epoch` in order, with `checkpoint`, `trouble` and `usage` in
 *   between.
 * - `listDevices`: replies `devices`.
 */
export type TrainerOrder =
  | {
    readonly type: "train";
    readonly spec: TrainingSpec;
    /** The folder of the datasets. */
    readonly dataFolder: string;
    /** CPU threads. Default: all of the machine. */
    readonly threads?: number | undefined;
    /** The engine that the run has been trained with, by its name: AUTO stays with it. */
    readonly lastEngine?: string | undefined;
    /** True if an engine that is not set up is to be reported, as the worker can set it up. */
    readonly canSetUp?: boolean | undefined;
    /** The file of the checkpoint to continue from. Default: the first step. */
    readonly from?: string | undefined;
    /** The file of the weights to begin with, for a spec with `startFrom`. */
    readonly weights?: string | undefined;
    readonly checkpoints?: {
      /** The folder to write them to. */
      readonly folder: string;
      readonly every: NonNullable<CheckpointPolicy["every"]>;
    } | undefined;
  }
  | { readonly type: "listDevices"; readonly threads?: number | undefined };

/** Worker to trainer while it trains: saves a checkpoint, then replies `finished`. */
export const STOP = { type: "stop" } as const;

/** Trainer to worker. */
export type TrainerReply =
  | TrainingEvent
  | WrittenCheckpoint
  | ProblemReport
  | LogLine
  | UsageReport
  /** Sent every ALIVE_INTERVAL_MS: the event loop is running. */
  | { readonly type: "alive" }
  | { readonly type: "devices"; readonly devices: readonly DeviceInfo[] }
  /** The order is complete, or the stop has taken effect. The last reply. */
  | { readonly type: "finished" }
  /**
   * The order is impossible, also when tried again. `noDevice`: the requested device does not exist; `notSetUp`: it can
   * be carried out once TensorFlow is set up. The last reply.
   */
  | {
    readonly type: "error";
    readonly message: string;
    readonly noDevice?: boolean;
    readonly notSetUp?: boolean;
  };

/** Every type of reply. */
const REPLIES: Readonly<Record<TrainerReply["type"], true>> = {
  started: true,
  batches: true,
  epoch: true,
  checkpoint: true,
  trouble: true,
  log: true,
  usage: true,
  alive: true,
  devices: true,
  finished: true,
  error: true,
};

/** Encodes a message as a line. */
export function toLine(message: TrainerOrder | typeof STOP | TrainerReply): string {
  return `${toJson(message)}\n`;
}

/** Decodes an order. */
export function parseOrder(line: string): TrainerOrder {
  const order = fromJson(line) as TrainerOrder;
  return order.type === "train" ? { ...order, spec: upgradeSpec(order.spec) } : order;
}

/** Returns whether a line is a stop. */
export function isStop(line: string): boolean {
  return (fromJson(line) as { readonly type?: unknown }).type === STOP.type;
}

/** Decodes a reply. Returns undefined for other output, such as that of libraries. */
export function parseReply(line: string): TrainerReply | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    const reply = fromJson(line) as TrainerReply;
    return REPLIES[reply.type] ? reply : undefined;
  } catch {
    return undefined;
  }
}
