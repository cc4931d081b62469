/** `deno task runs plot`: the curves of a run, or those of several in comparison, as the server draws them. */
import { extname } from "node:path";
import { type Command, InvalidArgumentError, Option } from "commander";
import { writeFailureReason } from "../../../lib/disk_failure.ts";
import { MAX_COMPARED } from "../../../pictures/comparison_option.ts";
import { printLine } from "../../terminal/output.ts";
import { UsageError } from "../errors.ts";
import { findRun } from "../find_run.ts";
import { LATEST } from "../../../runs/reading/latest.ts";
import type { Server } from "../server.ts";

const EXTENSIONS = [".svg", ".png", ".pdf"];

/** A picture to write. */
export interface PlotCommand {
  readonly kind: "plot";
  /** As typed. */
  readonly runs: readonly string[];
  readonly out: string;
  /** Parameters of its address. */
  readonly look: Readonly<Record<string, string>>;
}

interface Flags {
  readonly out: string;
  readonly batches?: true;
  readonly train?: true;
  readonly title?: string;
  readonly theme?: string;
  readonly scale?: string;
}

/** Adds the command to a program. */
export function addPlot(program: Command, ask: (command: PlotCommand) => void): void {
  program.command("plot").argument("[run...]", `the runs (default: ${LATEST})`)
    .description("draw the curves of a run, or compare those of several, to a file")
    .requiredOption("-o, --out <file>", `the file: ${EXTENSIONS.join(", ")}`)
    .option("--title <text>", "its title; '' for none (default: the run's name, none for several)")
    .option("--batches", "draw each batch too, for one run")
    .option("--train", "compare the metrics of training instead of those of the test set")
    .addOption(new Option("--theme <theme>", "its colours").choices(["light", "dark"]))
    .addOption(
      new Option("--scale <scale>", "the axis of losses (default: by itself)")
        .choices(["linear", "log"]),
    )
    .action((runs: string[], { out, batches, train, ...look }: Flags) => {
      if (!EXTENSIONS.includes(extname(out))) {
        throw new InvalidArgumentError(
          `--out must end with ${EXTENSIONS.join(" or ")}, got '${out}'`,
        );
      }
      if (runs.length > MAX_COMPARED) {
        throw new InvalidArgumentError(
          `there must be at most ${MAX_COMPARED} runs to compare, got ${runs.length}`,
        );
      }
      const isOne = runs.length <= 1;
      if (isOne && train || !isOne && batches) {
        throw new InvalidArgumentError(
          isOne
            ? "--train must be used with several runs, got one: its picture has both"
            : "--batches must be used with one run, got several",
        );
      }
      ask({
        kind: "plot",
        runs: runs.length === 0 ? [LATEST] : runs,
        out,
        look: { ...look, ...batches && { of: "steps" }, ...train && { of: "train" } },
      });
    });
}

/**
 * Writes the picture.
 *
 * @throws {UsageError} if a run cannot be found, or the file cannot be written
 */
export async function plotRuns(server: Server, { runs, out, look }: PlotCommand): Promise<void> {
  const found = [];
  for (const reference of runs) found.push(await findRun(server, reference));
  const distinct = [...new Map(found.map((run) => [run.id, run])).values()];
  const [first, ...others] = distinct;
  const query = new URLSearchParams(look);
  let path = `/runs/${encodeURIComponent(first?.id ?? "")}/curves`;
  if (others.length > 0) {
    path = "/runs/compare";
    query.set("runs", distinct.map(({ id }) => id).join(","));
  }
  const picture = await server.read(`${path}${extname(out)}?${query}`);
  try {
    await Deno.writeFile(out, picture);
  } catch (error) {
    throw new UsageError(
      `Cannot write ${out}: ${writeFailureReason(error, out, "some of it").rest}`,
    );
  }
  const names = distinct.map(({ name }) => `'${name}'`).join(", ");
  printLine(`${distinct.length === 1 ? "The curves" : "A comparison"} of ${names}: ${out}`);
}
