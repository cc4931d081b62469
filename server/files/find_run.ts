/** The run that an address names. */
import { GraphQLError } from "graphql";
import type { Run } from "../../runs/log/run.ts";
import type { RunStore } from "../../runs/store/store.ts";
import { readNodeId } from "../../schema/base/global_id.ts";

/** Finds a run by the store's id or by the API's global id, which may lack the padding, as in addresses of the page. */
export async function findRun(store: RunStore, id: string): Promise<Run | undefined> {
  const run = await store.get(id);
  if (run) return run;
  try {
    const whole = decodeURIComponent(id);
    const node = readNodeId(whole.padEnd(Math.ceil(whole.length / 4) * 4, "="));
    return node.typename === "Run" ? await store.get(node.id) : undefined;
  } catch (error) {
    if (error instanceof URIError || error instanceof GraphQLError) return undefined;
    throw error;
  }
}
