/**
 * The measured servers: ours without workers, two of plain Yoga and one of Deno's streams alone. Each is pinned to the
 * first core.
 */
import { fileURLToPath } from "node:url";
import { pinned } from "../processes.ts";
import { type MeasuredServer, SERVER, settingsOf, start } from "../server.ts";

/** A server under load. */
export type LoadedServer = MeasuredServer;

const BARE_YOGA = fileURLToPath(new URL("bare_yoga.ts", import.meta.url));
const BARE_STREAMS = fileURLToPath(new URL("bare_streams.ts", import.meta.url));
const BARE_API = fileURLToPath(new URL("bare_api.ts", import.meta.url));

/** Ours. @param home folder of its runs */
export function startOurs(home: string): Promise<LoadedServer> {
  return start(pinned(0, SERVER, { ...settingsOf(home), WORKERS: "0" }));
}

/** The peer for subscriptions. @param steps that its own has */
export function startBareYoga(steps: number): Promise<LoadedServer> {
  return start(pinned(0, ["run", "-A", "--no-check", BARE_YOGA, String(steps)]));
}

/** The peer for queries. @param home of the runs that it reads */
export function startBareApi(home: string): Promise<LoadedServer> {
  return start(pinned(0, ["run", "-A", "--no-check", BARE_API, home]));
}

/** The peer for live events. It sends `events` to that many watchers when all are there. */
export function startBareStreams(
  { watchers, events, everyMs }: Readonly<Record<"watchers" | "events" | "everyMs", number>>,
): Promise<LoadedServer> {
  const args = [watchers, events, everyMs].map(String);
  return start(pinned(0, ["run", "-A", "--no-check", BARE_STREAMS, ...args]));
}
