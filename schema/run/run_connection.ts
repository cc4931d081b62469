/** type RunConnection, type RunEdge, and their cursors */
import { builder } from "../base/builder.ts";
import { Run } from "./run.ts";
import { decodeBase64, encodeBase64 } from "@pothos/core";
import {
  isTextOrder,
  type OrderValue,
  orderValue,
  type RunOrder,
} from "../../runs/store/run_order.ts";
import type { Run as StoredRun } from "../../runs/log/run.ts";
import type { ListOptions } from "../../runs/store/store.ts";
import { badCursor, fromCursor } from "../base/cursor.ts";

export const RunConnection = builder.connectionObject(
  { type: Run, name: "RunConnection", description: "Page of runs." },
  { name: "RunEdge", description: "Run with its cursor." },
);

/** The name, in cursors, of the connection of runs in this order. */
export function runsIn({ field, direction }: RunOrder): string {
  return field === "CREATED_AT" && direction === "DESC" ? "runs" : `runs by ${field} ${direction}`;
}

/** A run's place. */
export function placeOf(run: StoredRun, { field }: RunOrder): string {
  if (field === "CREATED_AT") return run.id;
  return `${run.id}/${encodeBase64(JSON.stringify(orderValue(run, field)))}`;
}

/**
 * Reads the place after which a page begins.
 * @throws {GraphQLError} BAD_USER_INPUT if it is not a cursor of this order
 */
export function afterCursor(
  cursor: string,
  order: RunOrder,
): Pick<ListOptions, "after" | "afterValue"> {
  const [after = "", ...coded] = fromCursor(runsIn(order), cursor).split("/");
  if (order.field === "CREATED_AT") return { after };
  const value = decode(coded.join("/"));
  const isFitting = value === null ||
    (isTextOrder(order.field) ? isStorable(value) : Number.isFinite(value));
  if (!isFitting) throw badCursor(runsIn(order), cursor);
  return { after, afterValue: value as OrderValue };
}

/**
 * Reports whether a text can be stored in every database: PostgreSQL accepts no NUL, and none
 * accepts lone surrogates.
 */
function isStorable(value: unknown): boolean {
  return typeof value === "string" && !value.includes("\0") && value.isWellFormed();
}

function decode(coded: string): unknown {
  try {
    return JSON.parse(decodeBase64(coded));
  } catch {
    return undefined;
  }
}
