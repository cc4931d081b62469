/**
 * `deno task webhooks`: creates, lists, tests and changes the webhooks of a server. It is an ordinary client of the
 * API. Its parts are in webhooks/.
 */
import { bypassProxyOnLoopback } from "../lib/proxy.ts";
import { executeCommand, printNoCommand } from "./program.ts";
import { findServer } from "./runs/access.ts";
import { DONE, REFUSED } from "./runs/exit_codes.ts";
import { standardCanvas } from "./runs/table.ts";
import { runCommand } from "./webhooks/commands.ts";
import { parseWebhooks } from "./webhooks/flags.ts";

bypassProxyOnLoopback();

/** @returns the exit code */
async function main(args: readonly string[]): Promise<number> {
  const parsed = parseWebhooks(args);
  if (parsed.kind !== "run") return printNoCommand(parsed);
  return await executeCommand(async () => {
    const server = await findServer(parsed.flags, Deno.env);
    return await runCommand(server, parsed.command, standardCanvas()) ? DONE : REFUSED;
  });
}

if (import.meta.main) Deno.exit(await main(Deno.args));
