/** The programs `deno task backup` and `deno task restore`: one argument, and its errors. */
import { Command } from "commander";
import { loadWorkerConfig, type WorkerConfig } from "../../config.ts";
import { StoreUnavailableError } from "../../runs/store/errors.ts";
import { executeCommand, printNoCommand, readCommand, received } from "../program.ts";
import { DONE, exitCodeOf, UNAVAILABLE } from "../runs/exit_codes.ts";
import { printLine } from "../terminal/output.ts";

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
  run(config: WorkerConfig, file: string): Promise<string>;
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
    .helpOption("-h, --help", "show this help")
    .addHelpText("after", program.notes)
    .action((given: string) => {
      file = given;
    });
  const other = readCommand(command, args, program.purpose);
  if (other) return printNoCommand(other);
  return await executeCommand(async () => {
    printLine(await program.run(loadWorkerConfig(), received(file)));
    return DONE;
  }, (error) => error instanceof StoreUnavailableError ? UNAVAILABLE : exitCodeOf(error));
}
