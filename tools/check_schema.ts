/**
 * Compares schema.graphql with the last release: `check_schema.ts [RELEASED CURRENT]`. Breaking changes are
 * errors, dangerous ones are shown. A test compares schema.graphql with the code.
 */
import { type Change, CriticalityLevel, diff } from "@graphql-inspector/core";
import { buildSchema } from "graphql";
import { SCHEMA_FILE } from "./print_schema.ts";

/** The released API. CONTRIBUTING.md describes when it changes. */
export const RELEASED_FILE = new URL("../schema.released.graphql", import.meta.url);

/** Changes that affect clients of the released API, one line each. */
export interface SchemaChanges {
  /** Changes that break operations. */
  readonly breaking: readonly string[];
  /** Changes that may surprise clients, such as a new enum value. */
  readonly dangerous: readonly string[];
}

/** Compares two schemas, each as SDL. */
export async function compareSchemas(released: string, current: string): Promise<SchemaChanges> {
  const changes = await diff(buildSchema(released), buildSchema(current));
  const linesOf = (level: CriticalityLevel) =>
    changes.filter(({ criticality }) => criticality.level === level).map(toLine);
  return {
    breaking: linesOf(CriticalityLevel.Breaking),
    dangerous: linesOf(CriticalityLevel.Dangerous),
  };
}

function toLine({ message, path }: Change): string {
  return path === undefined ? message : `${path}: ${message}`;
}

if (import.meta.main) {
  const [released = RELEASED_FILE, current = SCHEMA_FILE] = Deno.args;
  const { breaking, dangerous } = await compareSchemas(
    await Deno.readTextFile(released),
    await Deno.readTextFile(current),
  );
  for (const line of dangerous) console.warn(`Dangerous for clients: ${line}`);
  for (const line of breaking) console.error(`Cannot change the released API: ${line}`);
  console.log(`${breaking.length} breaking changes of the API since the last release`);
  if (breaking.length > 0) {
    console.error(
      "Keep what was there and mark it @deprecated with what to use instead; " +
        "a new major version may drop it (CONTRIBUTING.md, Releases).",
    );
    Deno.exit(1);
  }
}
