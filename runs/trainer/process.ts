/**
 * Runs each training in a process of its own, which loads native code, so that a crash ends one training. The
 * process receives one order and ends with it.
 */
import { errorMessage } from "../../lib/error_message.ts";
import {
  describeEnd,
  describeOutput,
  keepErrorOutput,
  killIfAlive,
  startChild,
} from "../../lib/process/child.ts";
import { readLines } from "../../lib/lines.ts";
import { fileURLToPath } from "node:url";
import { trainerEnvironment } from "./environment.ts";
import { trainerPermissions } from "./permissions.ts";
import { createWatchdog } from "./watchdog.ts";
import { HANG_TIMEOUTS, type HangTimeouts } from "../timeouts.ts";
import {
  NoDeviceError,
  type Trainer,
  TrainerCrashedError,
  type TrainerEvent,
  TrainingError,
} from "./trainer.ts";
import { type SetUp, setUpTensorFlow } from "./set_up_tensorflow.ts";
import { parseReply, STOP, toLine, type TrainerOrder, type TrainerReply } from "./protocol.ts";
import type { DeviceInfo } from "../../ml/device.ts";

/** Default interval of checkpoints within an epoch. */
const SAVE_EVERY = { seconds: 30 };

/** New objects of a trainer take 1 MB at most: it makes few, and more would only be held. */
const SMALL_HEAP = "--v8-flags=--max-semi-space-size=1";

/** Options of createTrainerProcess(). */
export interface TrainerProcessOptions {
  /** The folder of the datasets. */
  readonly dataFolder: string;
  /** CPU threads of each process. Default: all of the machine. */
  readonly threads?: number | undefined;
  /** Arguments of `deno run`. Default: cli/trainer.ts with its permissions. */
  readonly program?: readonly string[];
  /** Limits of a trainer's silence. */
  readonly hangTimeouts?: HangTimeouts;
  /** Sets up TensorFlow for a training that needs it. Default: in a process, whose lines go to the run's log. */
  readonly setUp?: SetUp | undefined;
}

/** Creates a trainer that starts a process for each training. */
export function createTrainerProcess(options: TrainerProcessOptions): Trainer {
  const { dataFolder, threads, hangTimeouts = HANG_TIMEOUTS, setUp = setUpTensorFlow() } = options;
  const program = (checkpointFolder?: string) =>
    options.program ?? [
      ...trainerPermissions(dataFolder, checkpointFolder),
      fileURLToPath(new URL("../../cli/trainer.ts", import.meta.url)),
    ];
  return {
    train(spec, options) {
      const { signal, pause, checkpointFolder, saveEvery = SAVE_EVERY } = options;
      const { from, weights, lastEngine } = options;
      const order: TrainingOrder = {
        type: "train",
        ...{ spec, dataFolder, threads, from, weights, lastEngine },
        checkpoints: checkpointFolder === undefined
          ? undefined
          : { folder: checkpointFolder, every: saveEvery },
      };
      return train({ args: program(checkpointFolder), order, hangTimeouts, signal, pause }, setUp);
    },
    async devices({ signal }) {
      const order: TrainerOrder = { type: "listDevices", threads };
      return await listDevices({ args: program(), order, hangTimeouts, signal });
    },
  };
}

/** An order for a new trainer process. */
interface Task {
  readonly args: readonly string[];
  readonly order: TrainerOrder;
  readonly hangTimeouts: HangTimeouts;
  readonly signal: AbortSignal;
  readonly pause?: AbortSignal | undefined;
}

type TrainingOrder = Extract<TrainerOrder, { readonly type: "train" }>;

/** Trains; sets TensorFlow up first if the training needs it and it is not there. */
async function* train(
  task: Task & { readonly order: TrainingOrder },
  setUp: SetUp,
): AsyncGenerator<TrainerEvent, void> {
  const first = { ...task, order: { ...task.order, canSetUp: true } };
  const isSetUp = yield* trainOnce(first);
  if (isSetUp) return;
  const signals = [task.signal, ...task.pause ? [task.pause] : []];
  const signal = AbortSignal.any(signals);
  let problem: string | undefined;
  try {
    for await (const message of setUp(signal)) yield { type: "log", level: "info", message };
  } catch (error) {
    // AUTO may do without it.
    problem = errorMessage(error);
    yield { type: "log", level: "warning", message: problem };
  }
  if (signal.aborted) return;
  try {
    yield* trainOnce(task);
  } catch (error) {
    throw problem !== undefined && error instanceof NoDeviceError
      ? new NoDeviceError(`Cannot train with TensorFlow: ${problem}`, { cause: error })
      : error;
  }
}

/** @returns false if TensorFlow must be set up first */
async function* trainOnce(task: Task): AsyncGenerator<TrainerEvent, boolean> {
  for await (const reply of converse(task)) {
    switch (reply.type) {
      case "started":
      case "batches":
      case "epoch":
      case "checkpoint":
      case "trouble":
      case "usage":
      case "log":
        yield reply;
        break;
      case "error":
        if (reply.notSetUp) return false;
        throw reply.noDevice ? new NoDeviceError(reply.message) : new TrainingError(reply.message);
      case "alive":
      case "devices":
      case "finished":
        break;
      default:
        reply satisfies never;
    }
  }
  return true;
}

/** Says what to change where the system may have ended a training for its memory. */
function memoryRemedy({ signal }: Deno.CommandStatus, order: TrainerOrder): string {
  return signal === "SIGKILL" && order.type === "train"
    ? `; if so, lower batchSize (got ${order.spec.batchSize})`
    : "";
}

async function listDevices(task: Task): Promise<readonly DeviceInfo[]> {
  let devices: readonly DeviceInfo[] = [];
  for await (const reply of converse(task)) {
    if (reply.type === "error") throw new TrainingError(reply.message);
    if (reply.type === "devices") devices = reply.devices;
  }
  return devices;
}

/**
 * Sends an order to a new process and yields its replies. The process is killed when the signal aborts, when the
 * consumer stops reading, when it hangs, and after its last reply.
 *
 * @throws {TrainerCrashedError} if it ends before its last reply
 */
async function* converse(
  { args, order, hangTimeouts, signal, pause }: Task,
): AsyncGenerator<TrainerReply, void> {
  if (signal.aborted) return;
  const child = startChild([SMALL_HEAP, ...args], trainerEnvironment());
  const kill = () => killIfAlive(child);
  signal.addEventListener("abort", kill, { once: true });
  const output = keepErrorOutput(child);
  const input = child.stdin.getWriter();
  // If it dies before it has read the message, its exit status says more than the broken pipe.
  const send = (message: TrainerOrder | typeof STOP) =>
    input.write(new TextEncoder().encode(toLine(message))).catch(() => {});
  const askToStop = () => void send(STOP);
  let hungFor: number | undefined;
  const watchdog = createWatchdog(hangTimeouts, (seconds) => {
    hungFor = seconds;
    kill();
  });
  try {
    await send(order);
    if (pause?.aborted) askToStop();
    else pause?.addEventListener("abort", askToStop, { once: true });
    watchdog.arm();
    for await (const line of readLines(child.stdout)) {
      const reply = parseReply(line);
      watchdog.reset(reply?.type === "batches");
      if (reply) yield reply;
      else output.add(line);
      if (reply?.type === "finished" || reply?.type === "error") return;
      watchdog.arm();
    }
    const status = await child.status;
    await output.ended;
    if (signal.aborted) return;
    const how = hungFor === undefined
      ? `The trainer died: ${describeEnd(status)}${memoryRemedy(status, order)}`
      : `The trainer hung: it gave no sign of life for ${hungFor} s, and was killed`;
    throw new TrainerCrashedError(`${how}. ${describeOutput(output.lines())}`);
  } finally {
    watchdog.end();
    signal.removeEventListener("abort", kill);
    pause?.removeEventListener("abort", askToStop);
    kill();
    await child.status;
    await input.close().catch(() => {});
    await output.ended;
  }
}
