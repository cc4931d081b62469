/** `deno task stop`: stops the server of this home, and the worker with it, however it was started. */
import { Command } from "commander";
import { loadConfig } from "../config.ts";
import { delay } from "../lib/delay.ts";
import { commandOf } from "../lib/process/command_of.ts";
import { type PresentServer, presentServers } from "../server/presence.ts";
import { executeCommand, printNoCommand, readCommand } from "./program.ts";
import { DONE, REFUSED } from "./runs/exit_codes.ts";
import { noteLine, printLine } from "./terminal/output.ts";
import { STOP_POLL_MS, STOP_TIMEOUT_MS } from "./timeouts.ts";

const NOTES = `
The home is EPOCHQL_HOME (default: .epochql). A run that is training is saved, and continues at the next start.
Exit codes: 0 no server is running, 1 one could not be stopped, 2 wrong flags.`;

/** The file that a server's process runs. */
const PROGRAM = "main.ts";

/** @returns the exit code */
async function main(args: readonly string[]): Promise<number> {
  const program = new Command("deno task stop")
    .description("Stop the server of this home and its worker.")
    .addHelpText("after", NOTES)
    .allowExcessArguments(false)
    .action(() => {});
  const none = readCommand(program, args, "stop");
  if (none) return printNoCommand(none);
  const { home } = loadConfig();
  return await executeCommand(async () => {
    const servers = await presentServers(home);
    if (servers.length === 0) printLine(`No server uses ${home}.`);
    const stopped = await Promise.all(servers.map((server) => stop(home, server)));
    return stopped.every((done) => done) ? DONE : REFUSED;
  });
}

/** Stops a server and waits for its end; tells whether it has ended. */
async function stop(home: string, { pid, origin }: PresentServer): Promise<boolean> {
  const it = `the server at ${origin} (process ${pid})`;
  if (!(await commandOf(pid))?.includes(PROGRAM)) {
    noteLine(`Cannot stop ${it}: it must run on this machine. Stop it where it was started.`);
    return false;
  }
  noteLine(`Stopping ${it} …`);
  Deno.kill(pid, "SIGTERM");
  const until = performance.now() + STOP_TIMEOUT_MS;
  while ((await presentServers(home)).some((server) => server.pid === pid)) {
    if (performance.now() > until) {
      noteLine(
        `Cannot stop ${it}: it must end within ${STOP_TIMEOUT_MS / 1000} s, and has not. ` +
          `\`kill -9 ${pid}\` ends it at once; its runs continue from their last checkpoints.`,
      );
      return false;
    }
    await delay(STOP_POLL_MS);
  }
  printLine(`Stopped ${it}.`);
  return true;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
