/**
 * The process that trains one run: takes an order from stdin and says on stdout how it goes
 * (runs/trainer_protocol.ts). It may load TensorFlow and read datasets, and nothing else. Started by workers,
 * not by people.
 */
import { openDataset } from "../data/open.ts";
import { listDevices, selectEngine } from "../ml/engines/select.ts";
import { train } from "../ml/train.ts";
import {
  parseOrder,
  readLines,
  toLine,
  type TrainerOrder,
  type TrainerReply,
} from "../runs/trainer_protocol.ts";

// Stdout is for replies; libraries print their greetings elsewhere.
console.log = console.info = console.debug = console.error;

const lines = readLines(Deno.stdin.readable);
const { value: line } = await lines.next();
if (line === undefined) Deno.exit(0);
endWithWorker();
try {
  await obey(parseOrder(line));
  await say({ type: "finished" });
} catch (error) {
  console.error(error);
  await say({ type: "error", message: error instanceof Error ? error.message : String(error) });
}
Deno.exit(0);

async function obey(order: TrainerOrder): Promise<void> {
  switch (order.type) {
    case "train": {
      const { spec, dataFolder } = order;
      const engine = await selectEngine(spec.device);
      const [trainSet, testSet] = await Promise.all([
        openDataset(spec.dataset, "train", dataFolder),
        openDataset(spec.dataset, "test", dataFolder),
      ]);
      for await (const event of train(spec, { engine, train: trainSet, test: testSet })) {
        await say(event);
      }
      return;
    }
    case "listDevices":
      return await say({ type: "devices", devices: await listDevices() });
    default:
      order satisfies never;
  }
}

/** Resolves when the reply is on its way: the training goes no faster than the worker reads. */
async function say(reply: TrainerReply): Promise<void> {
  const bytes = new TextEncoder().encode(toLine(reply));
  for (let sent = 0; sent < bytes.length;) sent += await Deno.stdout.write(bytes.subarray(sent));
}

/** Ends this process when its worker is gone, which closes stdin. */
async function endWithWorker(): Promise<void> {
  for await (const _line of lines);
  Deno.exit(0);
}
