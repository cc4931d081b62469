/**
 * `deno task export`: writes the model of a run to a file, from the runs on this machine or those of a server. Its
 * parts are in export/.
 */
import { GraphQLError } from "graphql";
import { loadConfig } from "../config.ts";
import { exportFile } from "../exports/formats.ts";
import { MODULE_FILE } from "../exports/pytorch/module.ts";
import { writeAtomically } from "../lib/atomic_file.ts";
import { writeFailureReason } from "../lib/disk_failure.ts";
import { size } from "../lib/format.ts";
import { bypassProxyOnLoopback } from "../lib/proxy.ts";
import { CheckpointError } from "../ml/checkpoint/error.ts";
import { StoreUnavailableError } from "../runs/store/errors.ts";
import { executeCommand, printNoCommand } from "./program.ts";
import { findServer } from "./runs/access.ts";
import { UsageError } from "./runs/errors.ts";
import { DONE, exitCodeOf, REFUSED, UNAVAILABLE } from "./runs/exit_codes.ts";
import { type ExportCommand, parseExport } from "./export/flags.ts";
import { fileAt, moduleBeside, requireNoProgram } from "./export/places.ts";
import type { ModelSource } from "./export/source.ts";
import { printLine } from "./terminal/output.ts";

bypassProxyOnLoopback();

/** @returns the exit code */
async function main(args: readonly string[]): Promise<number> {
  const parsed = parseExport(args);
  if (parsed.kind !== "run") return printNoCommand(parsed);
  return await executeCommand(async () => {
    await writeExport(parsed.command);
    return DONE;
  }, codeOf);
}

async function writeExport(command: ExportCommand): Promise<void> {
  const { format, out } = command;
  // PyTorch needs the module beside its weights. It has their name, so that a folder holds those of several runs.
  const module = format === "SAFETENSORS" ? moduleBeside(out) : undefined;
  await fileAt(out);
  if (module !== undefined) await requireNoProgram(module);
  const source = await open(command);
  await write(source, exportFile(format), out);
  if (module !== undefined) await write(source, MODULE_FILE, module);
}

async function open(command: ExportCommand): Promise<ModelSource> {
  if (command.server !== undefined) {
    const { fromServer } = await import("./export/from_server.ts");
    return await fromServer(await findServer(command, Deno.env), command);
  }
  const { fromStore } = await import("./export/from_store.ts");
  return await fromStore(loadConfig(), command);
}

async function write(source: ModelSource, name: string, path: string): Promise<void> {
  const { bytes } = await writeAtomically(await fileAt(path), await source.file(name), {
    explain: (error) =>
      new UsageError(`Cannot write ${path}: ${writeFailureReason(error, path, "some of it").rest}`),
  });
  printLine(`${path} (${size(bytes)})`);
}

/** Returns the exit code of an error with a message for users; undefined for others. */
function codeOf(error: unknown): number | undefined {
  if (error instanceof StoreUnavailableError) return UNAVAILABLE;
  if (error instanceof GraphQLError || error instanceof CheckpointError) return REFUSED;
  return exitCodeOf(error);
}

if (import.meta.main) Deno.exit(await main(Deno.args));
