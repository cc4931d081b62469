/** `deno task runs export` to TensorBoard's event files, over a real server's process. */
import { assertEquals, assertMatch } from "@std/assert";
import { after, before, beforeEach, describe, it } from "@std/testing/bdd";
import { join } from "node:path";
import { temporaryFolder } from "../../../tools/processes.ts";
import { missingPackages, runPython } from "../../support/python.ts";
import { until } from "../../support/until.ts";
import { startRun, STEPS_PER_EPOCH, type WrittenRun } from "../../support/written_run.ts";
import { type Host, openHost } from "./host.ts";

/** Records of an epoch: one of its steps each, and one of its end. */
const PER_EPOCH = STEPS_PER_EPOCH + 1;

/** Records at the start of a file: its version and the hyperparameters. */
const START = 2;

const missing = await missingPackages("tensorboard");
if (missing) console.warn(`TensorBoard's files are not read: ${missing}.`);

let host: Host;
let run: WrittenRun;

/** Returns the only file below a folder for --logdir. */
async function fileIn(logs: string): Promise<string> {
  const folders = await Array.fromAsync(Deno.readDir(logs), ({ name }) => name);
  assertEquals(folders, [`digits-one-${run.key.slice(0, 8)}`]);
  const folder = join(logs, folders[0] ?? "");
  const files = await Array.fromAsync(Deno.readDir(folder), ({ name }) => name);
  assertEquals(files.length, 1);
  assertMatch(files[0] ?? "", /^events\.out\.tfevents\.\d+\.epochql$/);
  return join(folder, files[0] ?? "");
}

/** Counts the records of a file, which must end with a whole one. */
async function countRecords(path: string): Promise<number> {
  const bytes = await Deno.readFile(path);
  const view = new DataView(bytes.buffer);
  let count = 0;
  let at = 0;
  for (; at < bytes.length; count++) at += Number(view.getBigUint64(at, true)) + 16;
  assertEquals(at, bytes.length);
  return count;
}

describe("deno task runs export --to tensorboard", () => {
  before(async () => {
    host = await openHost();
  });
  after(() => host.close());
  beforeEach(async () => {
    run = await startRun(host.store, "digits/one");
    await run.trainEpoch();
  });

  async function exportTo(folder: string): Promise<string> {
    const { code, stderr } = await host.runs("export", run.key, "--to", "tensorboard", folder);
    assertEquals([code, stderr], [0, ""]);
    return await fileIn(folder);
  }

  it("writes a folder for a run, and goes on there when it is called again", async () => {
    using folder = temporaryFolder();
    const logs = join(folder.path, "logs");
    const path = await exportTo(logs);
    const first = await Deno.readFile(path);
    assertEquals(await countRecords(path), START + PER_EPOCH);
    await run.trainEpoch();
    assertEquals((await host.runs("rename", run.key, "renamed")).code, 0);
    assertEquals(await exportTo(logs), path);
    assertEquals(await countRecords(path), START + 2 * PER_EPOCH);
    assertEquals((await Deno.readFile(path)).subarray(0, first.length), first);
    const { ino } = await Deno.stat(path);
    const whole = await Deno.readFile(path);
    await exportTo(logs);
    assertEquals(await Deno.readFile(path), whole);
    assertEquals((await Deno.stat(path)).ino, ino);
  });

  it("completes a file that was cut off, and replaces what is not its own", async () => {
    using folder = temporaryFolder();
    const path = await exportTo(folder.path);
    const whole = await Deno.readFile(path);
    await Deno.truncate(path, whole.length - 7);
    await exportTo(folder.path);
    assertEquals(await Deno.readFile(path), whole);
    await Deno.writeFile(path, new Uint8Array(2 * whole.length).fill(1));
    await exportTo(folder.path);
    assertEquals(await Deno.readFile(path), whole);
  });

  it("follows runs until they end, and leaves a whole file when it is stopped", async () => {
    using folder = temporaryFolder();
    const args = ["export", run.key, "--follow", "--to", "tensorboard", folder.path];
    const stopped = host.start(...args);
    await stopped.printed(/digits\/one/);
    const path = await fileIn(folder.path);
    const { size } = await Deno.stat(path);
    await run.trainEpoch();
    await until("the next epoch arrives", async () => (await Deno.stat(path)).size > size);
    stopped.kill("SIGINT");
    assertEquals((await stopped.end).code, 130);
    assertEquals(await countRecords(path), START + 2 * PER_EPOCH);

    const followed = host.start(...args);
    await followed.printed(/digits\/one/);
    await host.killServer();
    await followed.told(/Connection lost/);
    await host.restartServer();
    await run.trainEpoch();
    await run.complete();
    assertEquals((await followed.end).code, 0);
    assertEquals(await countRecords(path), START + 3 * PER_EPOCH);
  });

  it("writes what TensorBoard reads: scalars by epoch and step, and hyperparameters", {
    ignore: missing !== undefined,
  }, async () => {
    using folder = temporaryFolder();
    await run.trainEpoch();
    const path = await exportTo(folder.path);
    const program = new URL("../../exports/read_tensorboard.py", import.meta.url);
    const { scalars, hparams } = JSON.parse(await runPython(program, [join(path, "..")]));
    assertEquals(scalars["epoch/test_acc"].map(([step]: [number]) => step), [1, 2]);
    assertEquals(scalars["step/loss"].length, 2 * STEPS_PER_EPOCH);
    assertEquals(scalars["step/loss"][5], [6, 1.5]);
    assertEquals([hparams.optimizer, hparams["optimizer.nesterov"]], ["sgd", false]);
    assertEquals([hparams.network, hparams.learningRate], ["BASIC_CNN", 0.01]);
  });

  it("says what keeps it from writing", async () => {
    using folder = temporaryFolder();
    const taken = join(folder.path, "taken");
    await Deno.writeTextFile(taken, "");
    const { code, stderr } = await host.runs("export", run.key, "--to", "tensorboard", taken);
    assertEquals(code, 2);
    assertMatch(stderr, /^Cannot write \S+taken\S+: [^\n]+\.\n$/);
  });
});
