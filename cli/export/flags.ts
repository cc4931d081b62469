/** The flags of `deno task export`. */
import { Command, InvalidArgumentError, Option } from "commander";
import { extname } from "node:path";
import {
  EXPORT_FORMATS,
  EXPORT_NAMES,
  exportFile,
  type ExportFormat,
} from "../../exports/formats.ts";
import { LATEST } from "../../runs/reading/latest.ts";
import { type NoCommand, readCommand, received, type ServerFlags } from "../program.ts";

/** A model to export. */
export interface ExportCommand extends ServerFlags {
  /** As typed. */
  readonly run: string;
  readonly format: ExportFormat;
  /** The path of the file. */
  readonly out: string;
  readonly epoch?: number;
  readonly checkpoint?: string;
}

/** The result of reading the arguments. */
export type ParsedExport =
  | { readonly kind: "run"; readonly command: ExportCommand }
  | NoCommand;

interface Flags extends ServerFlags {
  readonly format: string;
  readonly out?: string;
  readonly epoch?: number;
  readonly checkpoint?: string;
}

/** End of the name of PyTorch's weights. */
const WEIGHTS_EXTENSION = ".safetensors";

const NOTES = `
Formats:
${
  EXPORT_NAMES.map((name) =>
    `  ${name.toLowerCase().padEnd(12)} ${EXPORT_FORMATS[name].description}`
  )
    .join("\n")
}

RUN is a run's name, its id, the start of its id, or '${LATEST}' for the newest run.
Exit codes: 0 done, 1 refused, 2 wrong arguments or settings, 3 no server answers.`;

/** Reads the arguments. */
export function parseExport(args: readonly string[]): ParsedExport {
  let command: ExportCommand | undefined;
  const program = new Command("deno task export")
    .description("Write the model of a run's checkpoint to a file for other programs.")
    .argument("[run]", "the run", LATEST)
    .addOption(
      new Option("-f, --format <format>", "the file's format")
        .choices(EXPORT_NAMES.map((name) => name.toLowerCase()))
        .default("onnx"),
    )
    .option("-o, --out <file>", "the file to write (default: model.onnx and the like)")
    .option("-e, --epoch <n>", "the checkpoint after this epoch (default: the newest)", readEpoch)
    .option("--checkpoint <name>", "the checkpoint with this name or file")
    .option("-s, --server <url>", "a server to ask (default: the runs on this machine)")
    .option("--token-file <file>", "a file that holds the server's token")
    .helpOption("-h, --help", "show this help")
    .addHelpText("after", NOTES)
    .action((run: string, { format, out, ...flags }: Flags) => {
      const name = EXPORT_NAMES.find((each) => each.toLowerCase() === format);
      if (!name) throw new InvalidArgumentError(`there is no format ${format}`);
      if (name === "SAFETENSORS" && out !== undefined && extname(out) !== WEIGHTS_EXTENSION) {
        throw new InvalidArgumentError(
          `--out must end in ${WEIGHTS_EXTENSION}, by which the module beside it finds the weights, got '${out}'.`,
        );
      }
      command = { ...flags, run, format: name, out: out ?? exportFile(name) };
    });
  const other = readCommand(program, args, "export");
  if (other) return other;
  return { kind: "run", command: received(command) };
}

function readEpoch(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It must be a whole number from 1.");
}
