/** Measures the CPU time of a small query on two servers in turn. */
import { cpuSeconds } from "../processes.ts";
import { median } from "../report/statistics.ts";
import type { LoadedServer } from "./servers.ts";

const WARM_UP = 4_000;
const TURNS = 10;
/** Number of queries: enough for a CPU clock with a resolution of 10 ms. */
const QUERIES_A_TURN = 4_000;
const AT_A_TIME = 10;

/** @returns microseconds of each server's work for one answer, in the servers' order */
export async function measureQueries(
  servers: readonly LoadedServer[],
  query: string,
): Promise<readonly number[]> {
  for (const server of servers) await ask(server, query, WARM_UP);
  const turns = servers.map((): number[] => []);
  for (let turn = 0; turn < TURNS; turn++) {
    for (const [index, server] of servers.entries()) {
      const before = await cpuSeconds(server.pid);
      await ask(server, query, QUERIES_A_TURN);
      turns[index]?.push(1e6 * (await cpuSeconds(server.pid) - before) / QUERIES_A_TURN);
    }
  }
  return turns.map(median);
}

async function ask({ origin }: LoadedServer, query: string, times: number): Promise<void> {
  const body = JSON.stringify({ query });
  for (let asked = 0; asked < times; asked += AT_A_TIME) {
    await Promise.all(Array.from({ length: AT_A_TIME }, async () => {
      const headers = { "content-type": "application/json" };
      const response = await fetch(`${origin}/graphql`, { method: "POST", headers, body });
      const { errors } = await response.json();
      if (errors) throw new Error(`Cannot measure '${query}': ${JSON.stringify(errors)}`);
    }));
  }
}
