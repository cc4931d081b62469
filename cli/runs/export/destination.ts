/** Opens the place that a command exports to. */
import type { OpenTarget } from "./export_runs.ts";
import { openEventFile } from "./event_file.ts";
import type { ExportRunsCommand } from "./flags.ts";
import { mlflowAt } from "./mlflow_client.ts";
import { openMlflowRun } from "./mlflow_run.ts";

/** Returns the function that opens the place of each run. */
export function openDestination(
  { to, follow }: ExportRunsCommand,
  signal: AbortSignal,
): OpenTarget {
  switch (to.kind) {
    case "tensorboard":
      return (run) => openEventFile(to.folder, run);
    case "mlflow": {
      const mlflow = mlflowAt(to.url);
      const options = { experiment: to.experiment, waits: follow, signal };
      return (run) => openMlflowRun(mlflow, run, options);
    }
    default:
      return to satisfies never;
  }
}
