/**
 * Trains each run in a process of its own, which may load native code and nothing else: a crash there is a
 * crash of one training. The process takes one order and ends with it.
 */
import { fileURLToPath } from "node:url";
import type { DeviceInfo } from "../ml/engines/engine.ts";
import type { TrainingEvent } from "../ml/event.ts";
import type { TrainingSpec } from "../ml/spec.ts";
import { trainerPermissions } from "./permissions.ts";
import { type Trainer, TrainerCrashedError, TrainingError } from "./trainer.ts";
import {
  parseReply,
  readLines,
  toLine,
  type TrainerOrder,
  type TrainerReply,
} from "./trainer_protocol.ts";

/** Lines of a dead trainer's output that are kept to tell of. */
const KEPT_LINES = 20;

/** Characters of such a line that are kept. */
const KEPT_CHARACTERS = 500;

/** How trainer processes are started. */
export interface TrainerProcessOptions {
  /** Where datasets lie. */
  readonly dataFolder: string;
  /** The program, and what it is allowed: cli/trainer.ts, with the least it needs, unless a test says otherwise. */
  readonly program?: readonly string[];
}

/** A trainer that starts a process for each training. */
export function createTrainerProcess({ dataFolder, program }: TrainerProcessOptions): Trainer {
  const args = program ?? [
    ...trainerPermissions(dataFolder),
    fileURLToPath(new URL("../cli/trainer.ts", import.meta.url)),
  ];
  return {
    train: (spec, { signal }) => train(args, spec, dataFolder, signal),
    devices: ({ signal }) => listDevices(args, signal),
  };
}

async function* train(
  args: readonly string[],
  spec: TrainingSpec,
  dataFolder: string,
  signal: AbortSignal,
): AsyncGenerator<TrainingEvent, void> {
  for await (const reply of converse(args, { type: "train", spec, dataFolder }, signal)) {
    switch (reply.type) {
      case "started":
      case "batches":
      case "epoch":
        yield reply;
        break;
      case "error":
        throw new TrainingError(reply.message);
      case "devices":
      case "finished":
        break;
      default:
        reply satisfies never;
    }
  }
}

async function listDevices(
  args: readonly string[],
  signal: AbortSignal,
): Promise<readonly DeviceInfo[]> {
  let devices: readonly DeviceInfo[] = [];
  for await (const reply of converse(args, { type: "listDevices" }, signal)) {
    if (reply.type === "error") throw new TrainingError(reply.message);
    if (reply.type === "devices") devices = reply.devices;
  }
  return devices;
}

/**
 * Gives an order to a new process and yields what it says. The process is gone when this generator is: it is
 * killed when the signal aborts, when the consumer leaves, and when it has said its last word.
 *
 * @throws {TrainerCrashedError} if it ends before that without being asked to
 */
async function* converse(
  args: readonly string[],
  order: TrainerOrder,
  signal: AbortSignal,
): AsyncGenerator<TrainerReply, void> {
  if (signal.aborted) return;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", ...args],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
    // A process group of its own: Ctrl-C is for the worker, which then decides.
    detached: true,
  }).spawn();
  const kill = () => killIfAlive(child);
  signal.addEventListener("abort", kill, { once: true });
  const output = keepLast(KEPT_LINES);
  const noting = (async () => {
    for await (const line of readLines(child.stderr)) output.add(line);
  })();
  const input = child.stdin.getWriter();
  try {
    // If it dies before it has read its order, how it ended says more than the broken pipe.
    await input.write(new TextEncoder().encode(toLine(order))).catch(() => {});
    for await (const line of readLines(child.stdout)) {
      const reply = parseReply(line);
      if (!reply) {
        output.add(line);
        continue;
      }
      yield reply;
      if (reply.type === "finished" || reply.type === "error") return;
    }
    const status = await child.status;
    await noting;
    if (!signal.aborted) throw new TrainerCrashedError(describeEnd(status, output.lines()));
  } finally {
    signal.removeEventListener("abort", kill);
    kill();
    await child.status;
    await input.close().catch(() => {});
    await noting.catch(() => {});
  }
}

function killIfAlive(child: Deno.ChildProcess): void {
  try {
    child.kill("SIGKILL");
  } catch {
    // It has ended by itself.
  }
}

/** What is known of a trainer's end, for people. */
function describeEnd(
  { code, signal }: Deno.CommandStatus,
  output: readonly string[],
): string {
  const how = signal === null
    ? `it ended with exit code ${code}`
    : `it was ended by ${signal}${signal === "SIGKILL" ? " (out of memory?)" : ""}`;
  const last = output.length === 0
    ? "It printed nothing."
    : `The last it printed:\n${output.join("\n")}`;
  return `The trainer died: ${how}. ${last}`;
}

/** The last lines of an output that may be endless. */
function keepLast(count: number) {
  const kept: string[] = [];
  return {
    add(line: string): void {
      if (line.trim() === "") return;
      kept.push(line.slice(0, KEPT_CHARACTERS));
      if (kept.length > count) kept.shift();
    },
    lines: (): readonly string[] => kept,
  };
}
