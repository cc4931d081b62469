/** Prints the permissions of `deno task worker` as Deno's flags: those that a server grants its workers. */
import { readWorkerConfig } from "../config.ts";
import { ConfigError } from "../lib/config_error.ts";
import { errorMessage } from "../lib/error_message.ts";
import { workerPermissions } from "../runs/trainer/permissions.ts";
import { StoreUnavailableError } from "../runs/store/errors.ts";

/** Falls back to all paths for a path with a space, which a task cannot put in a flag. */
function forTask(flag: string): string {
  return /\s/.test(flag) ? flag.replace(/=[^]*/, "") : flag;
}

try {
  console.log(
    ["--no-prompt", ...workerPermissions(readWorkerConfig(Deno.env)).map(forTask)].join(" "),
  );
} catch (error) {
  // The worker reports these; it reads only the environment before.
  if (!(error instanceof ConfigError || error instanceof StoreUnavailableError)) {
    console.error(errorMessage(error));
  }
  console.log("--no-prompt --allow-env");
}
