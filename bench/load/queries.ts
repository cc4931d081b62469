/** How many small queries a server answers in a second of its work. */
import { cpuSeconds } from "../processes.ts";
import type { LoadedServer } from "./servers.ts";

const ROUNDS = 300;
const AT_A_TIME = 10;

/** @returns microseconds of the server's work for one answer */
export async function measureQueries(
  { origin, pid }: LoadedServer,
  query: string,
): Promise<number> {
  const ask = async () => {
    const response = await fetch(`${origin}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query }),
    });
    const { errors } = await response.json();
    if (errors) throw new Error(`Cannot measure '${query}': ${JSON.stringify(errors)}`);
  };
  const round = () => Promise.all(Array.from({ length: AT_A_TIME }, ask));
  for (let index = 0; index < ROUNDS; index++) await round();
  const before = await cpuSeconds(pid);
  for (let index = 0; index < ROUNDS; index++) await round();
  return 1e6 * (await cpuSeconds(pid) - before) / (ROUNDS * AT_A_TIME);
}
