/**
 * A trainer process without an engine: reports a made-up training, saves itself as a real one, and misbehaves as its
 * arguments ask.
 *
 *     fake_trainer.ts [load=endless] [pace=MS] [noise=1] [kill|exit|hang|error=STEP]
 *       [times=N count=FILE] [pid=FILE] [starts=FILE]
 *         [environment=FILE] [wait=STEP] [usage=1] [lacks=1] [cannot=1]
 *
 * With `usage` it says after each event what it has used: a second, half a second of CPU time, a megabyte. With `lacks`
 * it says that its engine is not set up if that can be done, with `cannot` that there is none otherwise; both are said
 * with the engine that the run was trained with. With `load` it never has its engine ready, and reads nothing
 * meanwhile. At the step `wait` it waits until it is asked to stop. With `times`, only the first N processes misbehave;
 * they are counted in the file. Into `starts` it writes the step that it goes on after, into `environment` the names of
 * its variables.
 */
import { readCheckpoint } from "../../ml/checkpoint/checkpoint.ts";
import type { SaveReason } from "../../ml/training/checkpointing.ts";
import { CheckpointError } from "../../ml/checkpoint/error.ts";
import { delay } from "../../lib/delay.ts";
import { readLines } from "../../lib/lines.ts";
import { retry } from "../../lib/retry.ts";
import {
  isStop,
  parseOrder,
  toLine,
  type TrainerOrder,
  type TrainerReply,
} from "../../runs/trainer/protocol.ts";
import { aCheckpoint, aTrainingAfter } from "./fake_run.ts";

const args = new Map(Deno.args.map((arg): [string, string] => {
  const [name = "", value = ""] = arg.split("=");
  return [name, value];
}));
const number = (name: string, otherwise: number) => Number(args.get(name) ?? otherwise);

const pid = args.get("pid");
if (pid !== undefined) Deno.writeTextFileSync(pid, `${Deno.pid}\n`, { append: true });
const environment = args.get("environment");
if (environment !== undefined) {
  Deno.writeTextFileSync(environment, JSON.stringify(Object.keys(Deno.env.toObject())));
}
let usages = 0;
const lines = readLines(Deno.stdin.readable);
const { value: line } = await lines.next();
const order = parseOrder(line ?? "");
const stop = new AbortController();
heedWorker();
if (args.has("noise")) console.log('Hello from a library!\n{not json}\n{"type":"unknown"}');
if (order.type === "listDevices") {
  say({ type: "devices", devices: [{ kind: "CPU", name: "made up", available: true }] });
} else await train(order);
say({ type: "finished" });
Deno.exit(0);

async function train(order: TrainerOrder & { readonly type: "train" }): Promise<void> {
  const { spec, from, checkpoints, canSetUp, lastEngine = "any engine" } = order;
  if (args.has("lacks") && canSetUp) {
    return say({ type: "error", message: "Not set up.", noDevice: false, notSetUp: true });
  }
  if (args.has("cannot")) {
    return say({ type: "error", message: `Not ${lastEngine}.`, noDevice: true });
  }
  if (args.has("load")) await new Promise(() => setInterval(() => {}, 1_000));
  let step = from === undefined ? 0 : (await readCheckpoint(from, { spec })).step;
  let saved = step;
  const starts = args.get("starts");
  if (starts !== undefined) Deno.writeTextFileSync(starts, `${step}\n`, { append: true });
  const save = async (reason: SaveReason) => {
    if (checkpoints && step > saved) {
      // As the real one: while the disk is full, the training waits.
      const checkpoint = await retry(
        () => aCheckpoint(checkpoints.folder, spec, step, { reason }),
        {
          signal: stop.signal,
          pauseMs: 50,
          isTransient: (error) => error instanceof CheckpointError,
          onProblem: (message) => say({ type: "trouble", message }),
        },
      );
      say(checkpoint);
    }
    saved = step;
  };
  for (const event of aTrainingAfter(spec, step)) {
    if (event.type === "batches") {
      const waits = event.firstStep >= number("wait", Infinity);
      await delay(waits ? 2 ** 31 - 1 : number("pace", 0), stop.signal);
      if (stop.signal.aborted) return await save("stop");
      await misbehave(event.firstStep);
      step = event.firstStep + event.losses.length - 1;
    }
    say(event);
    if (args.has("usage")) sayUsage();
    if (event.type === "epoch") await save("epoch");
    else if (step - saved >= (checkpoints?.every.steps ?? Infinity)) await save("interval");
  }
}

async function misbehave(step: number): Promise<void> {
  const due = (name: string) => step >= number(name, Infinity);
  if (!["kill", "exit", "hang", "error"].some(due)) return;
  const file = args.get("count");
  if (file !== undefined) {
    Deno.writeTextFileSync(file, "x", { append: true });
    if (Deno.statSync(file).size > number("times", Infinity)) return;
  }
  if (due("kill")) Deno.kill(Deno.pid, "SIGKILL");
  if (due("hang")) await new Promise(() => setInterval(() => {}, 1_000));
  if (due("error")) {
    say({ type: "error", message: "Cannot train on CUDA: there is none." });
    Deno.exit(0);
  }
  for (let index = 1; index <= 100; index++) console.error(`line ${index}`);
  Deno.exit(3);
}

function sayUsage(): void {
  const seconds = ++usages;
  say({ type: "usage", seconds, cpuSeconds: seconds / 2, memoryBytes: 1e6 * seconds });
}

function say(reply: TrainerReply): void {
  const bytes = new TextEncoder().encode(toLine(reply));
  for (let sent = 0; sent < bytes.length;) sent += Deno.stdout.writeSync(bytes.subarray(sent));
}

async function heedWorker(): Promise<void> {
  for await (const line of lines) if (isStop(line)) stop.abort();
  Deno.exit(0);
}
