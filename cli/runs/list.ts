/** `deno task runs list` and `workers`: the server's runs and workers as tables. */
import { percent } from "../../lib/format.ts";
import { noteLine, printLine } from "../terminal/output.ts";
import type { ListCommand } from "./flags.ts";
import { age } from "./format.ts";
import { LIST_RUNS, LIST_WORKERS, type RunItem, type Worker } from "./operations.ts";
import { pagesOf } from "./pages.ts";
import { shortId, shownId } from "./run_id.ts";
import type { Server } from "./server.ts";
import { stateText, toneOf } from "./state.ts";
import { type Canvas, type Column, tableLines } from "./table.ts";

const RUN_COLUMNS: readonly Column<RunItem>[] = [
  { head: "ID", value: ({ id }) => shortId(id), raw: ({ id }) => shownId(id), tone: () => "dim" },
  { head: "NAME", value: ({ name }) => name, shrinks: true },
  {
    head: "STATE",
    // The page has the same words.
    value: ({ state, warning }) => warning === null ? state : "CHANCE LEVEL",
    raw: ({ state }) => state,
    tone: ({ state, warning }) => warning === null ? toneOf(state) : "yellow",
  },
  {
    head: "EPOCHS",
    value: ({ progress: { epoch, epochs } }) => `${epoch}/${epochs}`,
    right: true,
  },
  {
    head: "BEST TEST ACC",
    value: ({ bestTestAcc }) => bestTestAcc === null ? "–" : percent(bestTestAcc),
    raw: ({ bestTestAcc }) => String(bestTestAcc ?? ""),
    right: true,
  },
  {
    head: "CREATED",
    value: ({ createdAt }) => `${age(createdAt)} ago`,
    raw: ({ createdAt }) => createdAt,
    right: true,
  },
  {
    head: "DEVICE",
    value: ({ device }) => device ?? "–",
    raw: ({ device }) => device ?? "",
    drops: true,
  },
];

const WORKER_COLUMNS: readonly Column<Worker>[] = [
  { head: "WORKER", value: ({ id }) => id, shrinks: true },
  { head: "HOST", value: ({ host }) => host, shrinks: true },
  { head: "PID", value: ({ pid }) => String(pid), right: true },
  {
    head: "TRAINS",
    value: ({ run }) => run?.name ?? "–",
    raw: ({ run }) => run?.name ?? "",
    shrinks: true,
  },
  {
    head: "DEVICES",
    value: (worker) => devicesOf(worker) || "–",
    raw: devicesOf,
    shrinks: true,
  },
  {
    head: "TROUBLE",
    value: ({ trouble }) => trouble ?? "–",
    raw: ({ trouble }) => trouble ?? "",
    shrinks: true,
    tone: ({ trouble }) => trouble === null ? undefined : "yellow",
  },
  { head: "VERSION", value: ({ version }) => version },
  {
    head: "STARTED",
    value: ({ startedAt }) => `${age(startedAt)} ago`,
    raw: ({ startedAt }) => startedAt,
    right: true,
  },
  {
    head: "SEEN",
    value: ({ seenAt }) => `${age(seenAt)} ago`,
    raw: ({ seenAt }) => seenAt,
    right: true,
  },
];

/** Lists runs, newest first. */
export async function listRuns(
  server: Server,
  { state, limit, json }: ListCommand,
  canvas: Canvas,
): Promise<void> {
  let total = 0;
  const runs = await Array.fromAsync(pagesOf(server, LIST_RUNS, {
    state,
    most: limit,
    onTotal: (count) => total = count,
  }));
  if (json) return printLine(JSON.stringify(runs, null, 2));
  if (runs.length === 0) {
    return noteLine(
      state === undefined
        ? `No runs on ${server.address} yet.`
        : `No run on ${server.address} is ${stateText(state)}.`,
    );
  }
  for (const line of tableLines(runs, RUN_COLUMNS, canvas)) printLine(line);
  if (total > runs.length) noteLine(`${runs.length} of ${total} runs; --limit shows more.`);
}

/** Lists the workers that are running. */
export async function listWorkers(
  server: Server,
  { json }: { readonly json: boolean },
  canvas: Canvas,
): Promise<void> {
  const { workers } = await server.ask(LIST_WORKERS, {});
  if (json) return printLine(JSON.stringify(workers, null, 2));
  if (workers.length === 0) {
    return noteLine(
      `No worker is running for ${server.address}: runs wait. 'deno task worker' starts one.`,
    );
  }
  for (const line of tableLines(workers, WORKER_COLUMNS, canvas)) printLine(line);
}

function devicesOf({ devices }: Worker): string {
  return devices.filter(({ available }) => available).map(({ name }) => name).join(", ");
}
