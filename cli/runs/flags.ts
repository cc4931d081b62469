/** The commands and flags of `deno task runs`. It only reads the arguments. */
import { type Command, Option } from "commander";
import { type FormatFlags } from "../terminal/epoch_format.ts";
import {
  type NoCommand,
  readCommand,
  received,
  type ServerFlags,
  serverProgram,
} from "../program.ts";
import { SPEC_FIELDS } from "../../ml/spec/fields.ts";
import { RUN_STATES, type RunState } from "../../runs/log/state.ts";
import { addExport, type ExportRunsCommand } from "./export/flags.ts";
import { addPlot, type PlotCommand } from "./export/plot.ts";
import { UsageError } from "./errors.ts";
import { LATEST } from "../../runs/reading/latest.ts";
import type { CheckpointChoice, UpdateRunInput } from "./operations.ts";

/** Options of `list`. */
export interface ListCommand {
  readonly kind: "list";
  readonly state?: RunState;
  readonly limit: number;
  readonly json: boolean;
}

/** A command. Runs are as typed. */
export type RunsCommand =
  | ListCommand
  | { readonly kind: "show"; readonly run: string; readonly json: boolean }
  | { readonly kind: "follow"; readonly run: string; readonly format: FormatFlags }
  | ExportRunsCommand
  | PlotCommand
  | { readonly kind: "pause"; readonly runs: readonly string[] }
  | { readonly kind: "resume"; readonly runs: readonly string[]; readonly epochs: number | null }
  | { readonly kind: "cancel"; readonly runs: readonly string[] }
  | { readonly kind: "update"; readonly runs: readonly string[]; readonly input: UpdateRunInput }
  | {
    readonly kind: "keep";
    readonly runs: readonly string[];
    readonly name: string | null;
    readonly which: CheckpointChoice;
  }
  | { readonly kind: "delete"; readonly runs: readonly string[]; readonly yes: boolean }
  | { readonly kind: "workers"; readonly json: boolean };

/** The result of reading the arguments. */
export type ParsedRuns =
  | { readonly kind: "run"; readonly command: RunsCommand; readonly flags: ServerFlags }
  | NoCommand;

const DEFAULT_LIMIT = 20;

const NOTES = `
RUN is a run's name, its id, the start of its id, or '${LATEST}' for the newest run.
The server's token, if it requires one, is read from EPOCHQL_TOKEN or --token-file.
Exit codes: 0 done, 1 refused (for follow: not completed), 2 wrong arguments or settings, 3 no server answers,
130 Ctrl-C, which leaves the runs as they are.`;

/**
 * Reads the arguments.
 *
 * @example
 * ```ts
 * parseRuns(["resume", "latest", "--epochs", "10"]);
 * ```
 */
export function parseRuns(args: readonly string[]): ParsedRuns {
  let command: RunsCommand | undefined;
  const program = describe((asked) => command = asked);
  const other = readCommand(program, args);
  if (other) return other;
  return { kind: "run", command: received(command), flags: program.opts<ServerFlags>() };
}

type Json = { readonly json?: true };

/** Selects a checkpoint, as typed. */
type Which = { readonly step?: string; readonly epoch?: string; readonly file?: string };

/** Adds the flags that select a checkpoint to a command. */
function whichCheckpoint(command: Command): Command {
  return command
    .option("--step <n>", "the checkpoint of this step")
    .option("-e, --epoch <n>", "the checkpoint after this epoch")
    .option("--file <file>", "the checkpoint in this file");
}

/** Receives the command that the arguments name. */
type Receive = (command: RunsCommand) => void;

/** Builds the program that commander parses with. */
function describe(receive: Receive): Command {
  const program = serverProgram("runs", "List and control runs on a server.", NOTES);
  addReaders(program, receive);
  addExport(program, receive);
  addPlot(program, receive);
  addControls(program, receive);
  addDescriptions(program, receive);
  addCheckpointCommands(program, receive);
  return program;
}

/** Adds the commands that change nothing. */
function addReaders(program: Command, ask: Receive): void {
  program.command("list", { isDefault: true })
    .description("list runs, newest first (the default command)")
    .option("--state <state>", `only runs in this state: ${RUN_STATES.join(", ")}`)
    .option("-n, --limit <n>", "how many at most", String(DEFAULT_LIMIT))
    .option("--json", "as JSON")
    .action(({ state, limit, json }: Json & { state?: string; limit: string }) =>
      ask({
        kind: "list",
        ...(state === undefined ? {} : { state: readState(state) }),
        limit: readNumber("list runs", "limit", limit, 1, Infinity),
        json: json ?? false,
      })
    );
  program.command("show").argument("[run]", "the run", LATEST)
    .description("show everything about a run")
    .option("--json", "as JSON")
    .action((run: string, { json }: Json) => ask({ kind: "show", run, json: json ?? false }));
  program.command("follow").argument("[run]", "the run", LATEST)
    .description(
      "show a run's progress until it ends: one line per epoch on stdout, the rest on stderr",
    )
    .option("--json", "print epochs as JSON, one object per line")
    .addOption(new Option("--csv", "print epochs as CSV with a header").conflicts("json"))
    .action((run: string, format: FormatFlags) => ask({ kind: "follow", run, format }));
  program.command("workers")
    .description("list the running workers and the runs that they train")
    .option("--json", "as JSON")
    .action(({ json }: Json) => ask({ kind: "workers", json: json ?? false }));
}

/** Adds the commands that change a run's state. */
function addControls(program: Command, ask: Receive): void {
  program.command("pause").argument("<run...>", "the runs")
    .description("pause runs")
    .action((runs: string[]) => ask({ kind: "pause", runs }));
  program.command("resume").argument("<run...>", "the runs")
    .description("resume paused, cancelled or failed runs; with more epochs, completed ones too")
    .option("-e, --epochs <n>", "total epochs")
    .action((runs: string[], { epochs }: { epochs?: string }) => {
      const { min, max } = SPEC_FIELDS.epochs.rule;
      ask({
        kind: "resume",
        runs,
        epochs: epochs === undefined ? null : readNumber("resume", "epochs", epochs, min, max),
      });
    });
  program.command("cancel").argument("<run...>", "the runs")
    .description("cancel runs; their epochs so far are kept")
    .action((runs: string[]) => ask({ kind: "cancel", runs }));
  program.command("delete").argument("<run...>", "the runs")
    .description(
      "delete finished or paused runs with their logs and checkpoints, after asking",
    )
    .option("-y, --yes", "do not ask")
    .action((runs: string[], { yes }: { yes?: true }) =>
      ask({ kind: "delete", runs, yes: yes ?? false })
    );
}

/** Adds the commands that change a run's name, tags or note. */
function addDescriptions(program: Command, ask: Receive): void {
  program.command("rename").argument("<run>", "the run").argument("<name>", "its new name")
    .description("rename a run")
    .action((run: string, name: string) => ask({ kind: "update", runs: [run], input: { name } }));
  program.command("tag").argument("<run>", "the run").argument("[tag...]", "its tags")
    .description("replace a run's tags; without a tag, remove them all")
    .action((run: string, tags: string[]) => ask({ kind: "update", runs: [run], input: { tags } }));
  program.command("note").argument("<run>", "the run").argument("[note]", "the note", "")
    .description("set a run's note; without a note, remove it")
    .action((run: string, note: string) => ask({ kind: "update", runs: [run], input: { note } }));
}

/** Adds the commands that name checkpoints. */
function addCheckpointCommands(program: Command, ask: Receive): void {
  whichCheckpoint(
    program.command("keep").argument("<run>", "the run")
      .description("name a checkpoint of a run, so that it is never pruned; the newest by default")
      .requiredOption("--name <name>", "its name"),
  ).action((run: string, { name, ...which }: Which & { readonly name: string }) =>
    ask({ kind: "keep", runs: [run], name, which: readChoice("keep", which) })
  );
  whichCheckpoint(
    program.command("release").argument("<run>", "the run")
      .description("remove a checkpoint's name, so that it is pruned as newer ones are saved")
      .option("--name <name>", "the checkpoint with this name"),
  ).action((run: string, { name, ...which }: Which & { readonly name?: string }) =>
    ask({
      kind: "keep",
      runs: [run],
      name: null,
      which: readChoice("release", { ...which, name }),
    })
  );
}

/** @throws {UsageError} if a checkpoint is selected in two ways, or not at all where one is required */
function readChoice(
  purpose: "keep" | "release",
  { step, epoch, file, name }: Which & { readonly name?: string | undefined },
): CheckpointChoice {
  const flags = { name, step, epoch, file };
  const given = Object.entries(flags).flatMap(([flag, value]) =>
    value === undefined ? [] : [`--${flag}`]
  );
  if (given.length > 1 || purpose === "release" && given.length === 0) {
    throw new UsageError(
      `Cannot ${purpose} a checkpoint: it must be named by one of ` +
        `${purpose === "release" ? "--name, " : ""}--step, --epoch and --file, got ${
          given.join(" and ") || "none"
        }.`,
    );
  }
  const numberOf = (flag: string, text: string) =>
    readNumber(`${purpose} a checkpoint`, flag, text, 1, Infinity);
  if (step !== undefined) return { step: numberOf("step", step) };
  if (epoch !== undefined) return { epoch: numberOf("epoch", epoch) };
  const checkpoint = file ?? name;
  return checkpoint === undefined ? {} : { checkpoint };
}

function readState(text: string): RunState {
  const state = RUN_STATES.find((known) => known === text.trim().toUpperCase());
  if (state !== undefined) return state;
  throw new UsageError(
    `Cannot list runs with --state '${text}': --state must be one of ${RUN_STATES.join(", ")}.`,
  );
}

/** @param purpose completes 'Cannot …' */
function readNumber(
  purpose: string,
  flag: string,
  text: string,
  min: number,
  max: number,
): number {
  const value = /^\s*\d+\s*$/.test(text) ? Number(text) : NaN;
  if (value >= min && value <= max) return value;
  const range = max === Infinity ? `${min} or more` : `between ${min} and ${max}`;
  throw new UsageError(
    `Cannot ${purpose} with --${flag} '${text}': --${flag} must be a whole number ${range}.`,
  );
}
