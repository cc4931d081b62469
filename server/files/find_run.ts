/** The run that an address names. */
import { GraphQLError } from "graphql";
import type { Run } from "../../runs/log/run.ts";
import { eachRun } from "../../runs/reading/each_run.ts";
import { LATEST } from "../../runs/reading/latest.ts";
import type { RunStore } from "../../runs/store/store.ts";
import { readNodeId } from "../../schema/base/global_id.ts";

/** The start of a store's id: the 8 digits that terminal and page show, or more. */
const SHORT_ID = /^[0-9a-f]{8}[0-9a-f-]{0,27}$/;

/** Reports whether an id is 'latest' or may be the start of a store's id. */
export function isShortName(id: string): boolean {
  return id === LATEST || SHORT_ID.test(id);
}

/**
 * Finds a run by the store's id, by its first 8 digits or more, by the API's global id, which may lack the padding, as
 * in addresses of the page, or the newest by 'latest'.
 *
 * @returns undefined if there is none, or several begin so
 */
export async function findRun(store: RunStore, id: string): Promise<Run | undefined> {
  const run = await store.get(id);
  if (run) return run;
  if (id === LATEST) return (await store.list({ first: 1 })).runs[0];
  if (isShortName(id)) return await findByStart(store, id);
  try {
    const whole = decodeURIComponent(id);
    const node = readNodeId(whole.padEnd(Math.ceil(whole.length / 4) * 4, "="));
    return node.typename === "Run" ? await store.get(node.id) : undefined;
  } catch (error) {
    if (error instanceof URIError || error instanceof GraphQLError) return undefined;
    throw error;
  }
}

async function findByStart(store: RunStore, start: string): Promise<Run | undefined> {
  let found: Run | undefined;
  for await (const run of eachRun(store)) {
    if (!run.id.startsWith(start)) continue;
    if (found) return undefined;
    found = run;
  }
  return found;
}
