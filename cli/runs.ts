/**
 * `deno task runs`: lists and controls the runs of a server. It is an ordinary client of the API. Its parts
 * are in runs/.
 */
import { bypassProxyOnLoopback } from "../lib/proxy.ts";
import { formatOf } from "./terminal/epoch_format.ts";
import { listenForInterrupts } from "./terminal/interrupts.ts";
import { executeCommand, printNoCommand, type ServerFlags } from "./program.ts";
import { inspectTerminal } from "./terminal/terminal.ts";
import { findServer } from "./runs/access.ts";
import { changeRuns } from "./runs/actions.ts";
import { DONE, REFUSED } from "./runs/exit_codes.ts";
import { findRun } from "./runs/find_run.ts";
import { parseRuns, type RunsCommand } from "./runs/flags.ts";
import { listRuns, listWorkers } from "./runs/list.ts";
import type { ExportRunsCommand } from "./runs/export/flags.ts";
import { plotRuns } from "./runs/export/plot.ts";
import type { Server } from "./runs/server.ts";
import { showRun } from "./runs/show.ts";
import { standardCanvas } from "./runs/table.ts";

bypassProxyOnLoopback();

/** @returns the exit code */
async function main(args: readonly string[]): Promise<number> {
  const parsed = parseRuns(args);
  if (parsed.kind !== "run") return printNoCommand(parsed);
  return await executeCommand(() => run(parsed.command, parsed.flags));
}

async function run(command: RunsCommand, flags: ServerFlags): Promise<number> {
  const server = await findServer(flags, Deno.env);
  switch (command.kind) {
    case "list":
      await listRuns(server, command, standardCanvas());
      return DONE;
    case "workers":
      await listWorkers(server, command, standardCanvas());
      return DONE;
    case "show":
      await showRun(server, await findRun(server, command.run), command, standardCanvas());
      return DONE;
    case "follow":
      return await follow();
    case "export":
      return await exportMetrics(server, command);
    case "plot":
      await plotRuns(server, command);
      return DONE;
    case "pause":
    case "resume":
    case "cancel":
    case "update":
    case "keep":
    case "delete": {
      const ask = Deno.stdin.isTerminal() ? confirm : undefined;
      return await changeRuns(server, command, ask) ? DONE : REFUSED;
    }
    default:
      return command satisfies never;
  }

  async function follow(): Promise<number> {
    if (command.kind !== "follow") throw new Error("There must be a run to follow.");
    const found = await findRun(server, command.run);
    // Progress bars are loaded only when needed.
    const { followRun } = await import("./runs/follow_run.ts");
    const interrupts = listenForInterrupts((exitCode) => Deno.exit(exitCode));
    const terminal = inspectTerminal(Deno.stderr.isTerminal(), Deno.env);
    const isCompleted = await followRun(server, found, {
      terminal,
      format: formatOf(command.format),
      signal: interrupts.signal,
    });
    return interrupts.exitCode() ?? (isCompleted ? DONE : REFUSED);
  }
}

async function exportMetrics(server: Server, command: ExportRunsCommand): Promise<number> {
  const { exportRuns } = await import("./runs/export/export_runs.ts");
  const { openDestination } = await import("./runs/export/destination.ts");
  const interrupts = listenForInterrupts((exitCode) => Deno.exit(exitCode));
  const { signal } = interrupts;
  await exportRuns(server, command, openDestination(command, signal), signal);
  return interrupts.exitCode() ?? DONE;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
