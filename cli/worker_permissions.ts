/**
 * Prints what `deno task worker` allows its worker, as Deno's flags for the task: what a server allows the workers
 * that it keeps.
 */
import { ConfigError, readWorkerConfig } from "../config.ts";
import { errorMessage } from "../lib/error_message.ts";
import { workerPermissions } from "../runs/trainer/permissions.ts";
import { StoreUnavailableError } from "../runs/store/store.ts";

/** A task cannot name a path with a space in a flag: then it has to allow all of them. */
function forTask(flag: string): string {
  return /\s/.test(flag) ? flag.replace(/=[^]*/, "") : flag;
}

try {
  console.log(
    ["--no-prompt", ...workerPermissions(readWorkerConfig(Deno.env)).map(forTask)].join(" "),
  );
} catch (error) {
  // These are for the worker to tell, which reads no more than the environment before it does.
  if (!(error instanceof ConfigError || error instanceof StoreUnavailableError)) {
    console.error(errorMessage(error));
  }
  console.log("--no-prompt --allow-env");
}
