/**
 * Events and snapshots as JSON: what the log stores and what the trainer prints. JSON has no NaN and no
 * infinities, but a training that diverges has, so these are written as {"$number": "NaN"}.
 */
import { definitionOf } from "./definition_of.ts";
import type { RunEventBody } from "./event.ts";

const MARK = "$number";

/** Encodes a value as JSON, with non-finite numbers. */
export function toJson(value: unknown): string {
  return JSON.stringify(
    value,
    (_key, part: unknown) =>
      typeof part === "number" && !Number.isFinite(part) ? { [MARK]: String(part) } : part,
  );
}

/**
 * Parses the output of toJson(). The caller knows its type.
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

/** Encodes an event's body as JSON. */
export function encodeEvent(body: RunEventBody): string {
  return toJson(definitionOf(body.type).encode?.(body) ?? body);
}

/** Decodes an event's body. */
export function decodeEvent(json: string): RunEventBody {
  return fromJson(json) as RunEventBody;
}
