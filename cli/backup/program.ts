/** The programs `deno task backup` and `deno task restore`: one argument, and its errors. */
import { Command, CommanderError } from "commander";
import { loadWorkerConfig, type WorkerConfig } from "../../config.ts";
import { StoreUnavailableError } from "../../runs/store/errors.ts";
import { DONE, exitCodeOf, UNAVAILABLE, WRONG_INPUT } from "../runs/exit_codes.ts";
import { noteLine, printLine } from "../terminal/output.ts";
import { usageProblem } from "../usage_problem.ts";

/** A program that takes one file. */
export interface FileProgram {
  /** 'backup' */
  readonly name: string;
  /** Completes 'Cannot …'. */
  readonly purpose: string;
  readonly description: string;
  readonly argument: string;
  readonly notes: string;
  /** @returns the line to print */
  carryOut(config: WorkerConfig, file: string): Promise<string>;
}

/** @returns the exit code */
export async function runFileProgram(
  program: FileProgram,
  args: readonly string[],
): Promise<number> {
  let file: string | undefined;
  const command = new Command(`deno task ${program.name}`)
    .description(program.description)
    .argument("<file>", program.argument)
    .helpOption("-h, --help", "this text")
    .addHelpText("after", program.notes)
    .exitOverride()
    .configureOutput({ writeOut: (text) => printLine(text.trimEnd()), writeErr: () => {} })
    .action((given: string) => {
      file = given;
    });
  try {
    command.parse(args[0] === "--" ? args.slice(1) : args, { from: "user" });
    if (file === undefined) return WRONG_INPUT;
    printLine(await program.carryOut(loadWorkerConfig(), file));
    return DONE;
  } catch (error) {
    if (error instanceof CommanderError) {
      if (/^commander\.help/.test(error.code)) return DONE;
      noteLine(usageProblem(program.purpose, error));
      return WRONG_INPUT;
    }
    const code = error instanceof StoreUnavailableError ? UNAVAILABLE : exitCodeOf(error);
    if (code === undefined) throw error;
    noteLine((error as Error).message);
    return code;
  }
}
