/** The flags of `deno task runs export`. */
import { type Command, InvalidArgumentError, Option } from "commander";
import { LATEST } from "../../../runs/reading/latest.ts";

/** Place that metrics are exported to. */
export type Destination =
  | { readonly kind: "tensorboard"; readonly folder: string }
  | { readonly kind: "mlflow"; readonly url: URL; readonly experiment: string };

/** Runs to export. */
export interface ExportRunsCommand {
  readonly kind: "export";
  /** As typed. */
  readonly runs: readonly string[];
  readonly to: Destination;
  readonly follow: boolean;
}

interface Flags {
  readonly to: readonly string[];
  readonly experiment: string;
  readonly follow?: true;
}

/** Adds the command to a program. */
export function addExport(program: Command, ask: (command: ExportRunsCommand) => void): void {
  program.command("export").argument("[run...]", `the runs (default: ${LATEST})`)
    .description(
      "write the metrics of runs for another program; run it again to continue where it ended",
    )
    .addOption(
      new Option(
        "--to <program...>",
        "'tensorboard' and a folder for its --logdir, or 'mlflow' and its address",
      )
        .makeOptionMandatory(),
    )
    .option("--experiment <name>", "the experiment in MLflow", "epochql")
    .option("--follow", "go on until the runs end")
    .action((named: string[], { to, experiment, follow }: Flags) => {
      const [program = "", place = "", ...others] = to;
      // '--to' takes the arguments that follow it.
      const runs = [...named, ...others];
      ask({
        kind: "export",
        runs: runs.length === 0 ? [LATEST] : runs,
        to: readDestination(program, place, experiment),
        follow: follow ?? false,
      });
    });
}

function readDestination(program: string, place: string, experiment: string): Destination {
  if (program === "tensorboard" && place !== "") return { kind: "tensorboard", folder: place };
  if (program === "mlflow" && place !== "") {
    return { kind: "mlflow", url: readUrl(place), experiment };
  }
  throw new InvalidArgumentError(
    "--to must be 'tensorboard' and a folder, or 'mlflow' and its address, " +
      `got '${`${program} ${place}`.trim()}'`,
  );
}

function readUrl(text: string): URL {
  const url = URL.parse(/^[a-z]+:\/\//i.test(text) ? text : `http://${text}`);
  if (url && (url.username !== "" || url.password !== "")) {
    // Arguments are visible to every user of the machine.
    throw new InvalidArgumentError(
      "--to mlflow must be followed by an address without name and password: " +
        "MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD have them",
    );
  }
  if (url && /^https?:$/.test(url.protocol) && url.search === "" && url.hash === "") {
    return new URL(url.href.replace(/\/+$/, ""));
  }
  throw new InvalidArgumentError(
    `--to mlflow must be followed by an address such as http://127.0.0.1:5000, got '${text}'`,
  );
}
