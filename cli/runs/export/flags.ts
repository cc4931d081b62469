/** The flags of `deno task runs export`. */
import { type Command, InvalidArgumentError, Option } from "commander";
import { LATEST } from "../match_run.ts";

/** Place that metrics are exported to. */
export type Destination = { readonly kind: "tensorboard"; readonly folder: string };

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
  readonly follow?: true;
}

/** Adds the command to a program. */
export function addExport(program: Command, ask: (command: ExportRunsCommand) => void): void {
  program.command("export").argument("[run...]", `the runs (default: ${LATEST})`)
    .description("write the metrics of runs for another program; again, to go on where it ended")
    .addOption(
      new Option("--to <program...>", "'tensorboard' and a folder for its --logdir")
        .makeOptionMandatory(),
    )
    .option("--follow", "go on until the runs end")
    .action((named: string[], { to: [program = "", place, ...others], follow }: Flags) => {
      // '--to' takes the arguments that follow it.
      const runs = [...named, ...others];
      ask({
        kind: "export",
        runs: runs.length === 0 ? [LATEST] : runs,
        to: readDestination(program, place),
        follow: follow ?? false,
      });
    });
}

function readDestination(program: string, place: string | undefined): Destination {
  if (program === "tensorboard" && place !== undefined && place !== "") {
    return { kind: "tensorboard", folder: place };
  }
  throw new InvalidArgumentError(
    `--to must be 'tensorboard' and a folder, got '${[program, place ?? ""].join(" ").trim()}'`,
  );
}
