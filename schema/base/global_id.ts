/**
 * Global ids: what clients hold in their hands instead of a type and a key. Opaque to them, and checked
 * here: an id of another type, a shortened or an invented one is refused with what was expected.
 */
import { decodeGlobalID, encodeGlobalID } from "@pothos/plugin-relay";
import type { GraphQLError } from "graphql";
import { z } from "zod";
import { badInput, notFound } from "./errors.ts";

/** The types that have global ids. */
export const NODE_TYPES = ["Run", "Sample"] as const;
export type NodeType = (typeof NODE_TYPES)[number];

/** The form of keys: text that every database accepts. */
const KEY = /^[\x21-\x7e]{1,100}$/;

/** The global id of a thing. */
export function globalId(type: NodeType, key: string): string {
  return encodeGlobalID(type, key);
}

/** The type and key of a global id, or undefined if it is none. */
function parse(id: string): { readonly typename: NodeType; readonly id: string } | undefined {
  try {
    const { typename, id: key } = decodeGlobalID(id);
    const type = NODE_TYPES.find((name) => name === typename);
    return type && KEY.test(key) ? { typename: type, id: key } : undefined;
  } catch {
    return undefined;
  }
}

/** The form of the store's own ids. */
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The key of a run by its global id or by itself; undefined if the text is neither. */
export function runKey(text: string): string | undefined {
  if (UUID.test(text)) return text;
  const parsed = parse(text);
  return parsed?.typename === "Run" ? parsed.id : undefined;
}

/** Reads the argument of `node(id:)`. */
export function readNodeId(id: string): { typename: string; id: string } {
  const parsed = parse(id);
  if (parsed) return parsed;
  throw badInput(
    `Cannot load a node: id must be the id of a ${NODE_TYPES.join(" or a ")}, got '${id}'.`,
    ["id"],
  );
}

/**
 * The rule for an argument that names a run. What comes out is the run's key in the store.
 *
 * @param purpose completes 'Cannot …'
 */
export function runId(purpose: string, argument = "runId") {
  return z.string().transform((id, context) => {
    const parsed = parse(id);
    if (parsed?.typename === "Run") return parsed.id;
    const got = parsed ? `the id of a ${parsed.typename}` : `'${id}'`;
    context.issues.push({
      code: "custom",
      input: id,
      message: `Cannot ${purpose}: ${argument} must be the id of a Run, got ${got}.`,
    });
    return z.NEVER;
  });
}

/**
 * The error for a run that is not there.
 *
 * @param purpose completes 'Cannot …'
 * @param key the run's key in the store
 */
export function noSuchRun(purpose: string, key: string): GraphQLError {
  return notFound(
    `Cannot ${purpose}: no run has the ID '${globalId("Run", key)}'; it may have been deleted. ` +
      "The query 'runs' lists all.",
  );
}
