/**
 * The process that trains one run: takes an order from stdin and says on stdout how it goes
 * (runs/trainer/protocol.ts). It may load TensorFlow, read datasets and write checkpoints into one folder, and
 * nothing else. Started by workers, not by people.
 */
import { join } from "node:path";
import process from "node:process";
import { errorMessage } from "../lib/error_message.ts";
import { openDataset } from "../data/storage/open.ts";
import {
  type Checkpoint,
  checkpointName,
  readCheckpoint,
  writeCheckpoint,
} from "../ml/checkpoint/checkpoint.ts";
import { CheckpointError } from "../ml/checkpoint/error.ts";
import { DeviceUnavailableError, listDevices, selectEngine } from "../ml/engines/registry.ts";
import type { CheckpointRequest } from "../ml/training/checkpointing.ts";
import { stepsPerEpoch } from "../ml/spec/spec.ts";
import { train } from "../ml/training/train.ts";
import { delay } from "../lib/delay.ts";
import {
  isStop,
  parseOrder,
  readLines,
  toLine,
  type TrainerOrder,
  type TrainerReply,
} from "../runs/trainer/protocol.ts";

/** How often it says that it lives, however little there is to tell. */
const ALIVE_MS = 2_000;

/** How often it says what it uses of the machine, once it trains; the first time soon, as some trainings are short. */
const USAGE_MS = 5_000;
const FIRST_USAGE_MS = 1_000;

/** How long to leave a disk alone that cannot be written. */
const TROUBLE_MS = 2_000;

// Stdout is for replies; libraries print their greetings elsewhere.
console.log = console.info = console.debug = console.error;

/** Aborts when the worker asks for a stop in good order. */
const stop = new AbortController();

/** What is being said; one after the other. */
let saying: Promise<void> = Promise.resolve();

const lines = readLines(Deno.stdin.readable);
const { value: line } = await lines.next();
if (line === undefined) Deno.exit(0);
heedWorker();
const showingLife = setInterval(() => void say({ type: "alive" }), ALIVE_MS);
try {
  await obey(parseOrder(line));
  await say({ type: "finished" });
} catch (error) {
  console.error(error);
  await say({
    type: "error",
    message: errorMessage(error),
    ...(error instanceof DeviceUnavailableError ? { noDevice: true } : {}),
  });
}
clearInterval(showingLife);
Deno.exit(0);

async function obey(order: TrainerOrder): Promise<void> {
  const { threads } = order;
  switch (order.type) {
    case "train": {
      const { spec, dataFolder, checkpoints } = order;
      const engine = await selectEngine(spec.device, { threads });
      const [trainSet, testSet, from] = await Promise.all([
        openDataset(spec.dataset, "train", dataFolder),
        openDataset(spec.dataset, "test", dataFolder),
        order.from === undefined ? undefined : readCheckpoint(order.from, { spec }),
      ]);
      const events = train(spec, {
        engine,
        train: trainSet,
        test: testSet,
        from,
        stop: stop.signal,
        saving: checkpoints && {
          every: checkpoints.every,
          save: (checkpoint, occasion) => save(checkpoint, occasion, checkpoints.folder),
        },
      });
      for await (const event of events) {
        await say(event);
        if (event.type === "started") showUsage(FIRST_USAGE_MS);
      }
      return;
    }
    case "listDevices":
      return await say({ type: "devices", devices: await listDevices({ threads }) });
    default:
      order satisfies never;
  }
}

/** Says what it uses, now and from then on. The process ends with its training, so that nothing need stop it. */
function showUsage(nextMs: number): void {
  const { user, system } = process.cpuUsage();
  void say({
    type: "usage",
    seconds: performance.now() / 1000,
    cpuSeconds: (user + system) / 1e6,
    memoryBytes: Deno.memoryUsage().rss,
  });
  setTimeout(showUsage, nextMs, USAGE_MS);
}

/** Writes a checkpoint. While the disk cannot take it the training waits, unless it is to stop. */
async function save(
  checkpoint: Checkpoint,
  { reason, testAcc }: CheckpointRequest,
  folder: string,
): Promise<void> {
  const { spec, step } = checkpoint;
  const path = join(folder, checkpointName(step));
  const epoch = Math.ceil(step / stepsPerEpoch(spec));
  for (let inTrouble = false;;) {
    try {
      const written = await writeCheckpoint(path, checkpoint);
      if (inTrouble) await say({ type: "trouble", message: null });
      return await say({ type: "checkpoint", step, epoch, path, ...written, reason, testAcc });
    } catch (error) {
      if (!(error instanceof CheckpointError)) throw error;
      await say({ type: "trouble", message: error.message });
      inTrouble = true;
      if (stop.signal.aborted) return;
    }
    await delay(TROUBLE_MS, stop.signal);
  }
}

/** Resolves when the reply is on its way: the training goes no faster than the worker reads. */
function say(reply: TrainerReply): Promise<void> {
  const bytes = new TextEncoder().encode(toLine(reply));
  return saying = saying.then(async () => {
    for (let sent = 0; sent < bytes.length;) sent += await Deno.stdout.write(bytes.subarray(sent));
  });
}

/** Stops when the worker asks for it, and ends this process when the worker is gone, which closes stdin. */
async function heedWorker(): Promise<void> {
  for await (const line of lines) if (isStop(line)) stop.abort();
  Deno.exit(0);
}
