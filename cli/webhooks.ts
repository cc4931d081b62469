/**
 * `deno task webhooks`: creates, lists, tests and changes the webhooks of a server. It is an ordinary client of the API. Its
 * parts are in webhooks/.
 */
import { bypassProxyOnLoopback } from "../lib/proxy.ts";
import { findServer } from "./runs/access.ts";
import { DONE, exitCodeOf, REFUSED, WRONG_INPUT } from "./runs/exit_codes.ts";
import { standardCanvas } from "./runs/table.ts";
import { noteLine, printLine } from "./terminal/output.ts";
import { runCommand } from "./webhooks/commands.ts";
import { parseWebhooks } from "./webhooks/flags.ts";

bypassProxyOnLoopback();

/** @returns the exit code */
async function main(args: readonly string[]): Promise<number> {
  const parsed = parseWebhooks(args);
  switch (parsed.kind) {
    case "help":
      printLine(parsed.text.trimEnd());
      return DONE;
    case "wrong":
      noteLine(parsed.problem);
      return WRONG_INPUT;
    case "run":
      break;
    default:
      return parsed satisfies never;
  }
  try {
    const server = await findServer(parsed.flags, Deno.env);
    return await runCommand(server, parsed.command, standardCanvas()) ? DONE : REFUSED;
  } catch (error) {
    const code = exitCodeOf(error);
    if (code === undefined) throw error;
    noteLine((error as Error).message);
    return code;
  }
}

if (import.meta.main) Deno.exit(await main(Deno.args));
