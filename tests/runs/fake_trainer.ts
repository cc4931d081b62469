/**
 * A trainer process without an engine: says what a made-up training says, and misbehaves as it is told.
 *
 *     fake_trainer.ts [pace=MS] [noise=1] [kill|exit|hang|error=STEP] [times=N count=FILE] [pid=FILE]
 *
 * With `times`, only the first N processes misbehave; they are counted in the file.
 */
import { delay } from "../../runs/delay.ts";
import { parseOrder, readLines, toLine, type TrainerReply } from "../../runs/trainer_protocol.ts";
import { aTraining } from "./helpers.ts";

const args = new Map(Deno.args.map((arg): [string, string] => {
  const [name = "", value = ""] = arg.split("=");
  return [name, value];
}));
const number = (name: string, otherwise: number) => Number(args.get(name) ?? otherwise);

const pid = args.get("pid");
if (pid !== undefined) Deno.writeTextFileSync(pid, `${Deno.pid}\n`, { append: true });
const lines = readLines(Deno.stdin.readable);
const { value: line } = await lines.next();
const order = parseOrder(line ?? "");
endWithWorker();
if (args.has("noise")) console.log('Hello from a library!\n{not json}\n{"type":"unknown"}');
if (order.type === "listDevices") {
  say({ type: "devices", devices: [{ kind: "CPU", name: "made up", available: true }] });
} else {
  for (const event of aTraining(order.spec)) {
    if (event.type === "batches") {
      await delay(number("pace", 0), new AbortController().signal);
      await misbehave(event.firstStep);
    }
    say(event);
  }
}
say({ type: "finished" });
Deno.exit(0);

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

function say(reply: TrainerReply): void {
  const bytes = new TextEncoder().encode(toLine(reply));
  for (let sent = 0; sent < bytes.length;) sent += Deno.stdout.writeSync(bytes.subarray(sent));
}

async function endWithWorker(): Promise<void> {
  for await (const _line of lines);
  Deno.exit(0);
}
