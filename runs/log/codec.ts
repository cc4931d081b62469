/**
 * Events and snapshots as JSON: what the log stores and what the trainer prints. JSON has no NaN and no
 * infinities, but a training that diverges has, so these are written as {"$number": "NaN"}.
 */
import type { RunEventBody } from "./event.ts";
import { shortFloat32 } from "../../lib/float32.ts";

const MARK = "$number";

/** JSON that keeps every number. */
export function toJson(value: unknown): string {
  return JSON.stringify(
    value,
    (_key, part: unknown) =>
      typeof part === "number" && !Number.isFinite(part) ? { [MARK]: String(part) } : part,
  );
}

/**
 * Reads what toJson() wrote. The caller knows what it was.
 *
 * @throws {SyntaxError} if it is not JSON
 */
export function fromJson(json: string): unknown {
  if (!json.includes(MARK)) return JSON.parse(json);
  return JSON.parse(json, (_key, part: unknown) => {
    if (typeof part !== "object" || part === null || !(MARK in part)) return part;
    return Number(part[MARK]);
  });
}

/**
 * An event's body as JSON. Losses and accuracies of batches are float32, and are written with as few
 * digits as tell them apart: what is read back is the same float32.
 */
export function encodeEvent(body: RunEventBody): string {
  if (body.type !== "batches") return toJson(body);
  return toJson({
    ...body,
    losses: body.losses.map(shortFloat32),
    accs: body.accs.map(shortFloat32),
  });
}

/** Reads what encodeEvent() wrote. */
export function decodeEvent(json: string): RunEventBody {
  return fromJson(json) as RunEventBody;
}
