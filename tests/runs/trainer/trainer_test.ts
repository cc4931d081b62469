/** The real trainer process with exactly its permissions. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { assertFails } from "../../support/errors.ts";
import { before, describe, it } from "@std/testing/bdd";
import { join } from "node:path";
import { downloadDataset } from "../../../data/storage/download.ts";
import { trainerPermissions } from "../../../runs/trainer/permissions.ts";
import { type TrainerEvent, TrainingError } from "../../../runs/trainer/trainer.ts";
import { createTrainerProcess } from "../../../runs/trainer/process.ts";
import { aSpec } from "../../support/fake_run.ts";
import { present } from "../../support/present.ts";
import { itWithDisk, smallDisk } from "../../support/small_disk.ts";
import { folderPerSuite, temporaryFolder } from "../../support/temporary_folder.ts";

const never = new AbortController().signal;

/** Losses, accuracies and epochs, whatever the chunks. */
function numbersOf(events: readonly TrainerEvent[]): unknown[] {
  return events.flatMap((event): unknown[] => {
    if (event.type === "batches") return event.losses.flatMap((loss, at) => [loss, event.accs[at]]);
    return event.type === "epoch" ? [{ ...event, seconds: 0 }] : [];
  });
}

describe("cli/trainer.ts", () => {
  const folder = folderPerSuite();
  before(async () => {
    await downloadDataset("mnist", folder.path, () => {});
  });

  const train = (change: Parameters<typeof aSpec>[0], dataFolder = folder.path) =>
    Array.fromAsync(createTrainerProcess({ dataFolder }).train(aSpec(change), { signal: never }));

  it("computes the same numbers in every process", async () => {
    const one = await train({ epochs: 2 });
    const other = await train({ epochs: 2 });
    assertEquals(numbersOf(one), numbersOf(other));
    assertEquals(one.filter(({ type }) => type === "epoch").length, 2);
  });

  it("reports how much CPU time and memory it uses", async () => {
    const trainer = createTrainerProcess({ dataFolder: folder.path });
    const spec = aSpec({ epochs: 10_000, trainSamples: 12_800 });
    const usages: Extract<TrainerEvent, { readonly type: "usage" }>[] = [];
    for await (const event of trainer.train(spec, { signal: never })) {
      if (event.type === "usage") usages.push(event);
      if (usages.length === 2) break;
    }
    const [first, second] = [present(usages[0]), present(usages[1])];
    const seconds = second.seconds - first.seconds;
    const cores = (second.cpuSeconds - first.cpuSeconds) / seconds;
    assert(cores > 0 && cores <= 1.1 * navigator.hardwareConcurrency, `${cores} cores`);
    assert(second.memoryBytes > 5e7, `${second.memoryBytes} bytes`);
  });

  it("stops within one call with a checkpoint, from which another process continues to the same bits", async () => {
    using checkpoints = temporaryFolder();
    const trainer = createTrainerProcess({ dataFolder: folder.path });
    const spec = aSpec({ recipe: "WIDE_KERNEL_CNN", epochs: 2, trainSamples: 1000, batchSize: 8 });
    const options = { signal: never, checkpointFolder: checkpoints.path };
    const whole = await Array.fromAsync(trainer.train(spec, options));
    const pause = new AbortController();
    const before: TrainerEvent[] = [];
    for await (const event of trainer.train(spec, { ...options, pause: pause.signal })) {
      before.push(event);
      if (event.type === "batches") pause.abort();
    }
    const saved = before.at(-1);
    if (saved?.type !== "checkpoint") throw new Error("It must end with a checkpoint.");
    assertEquals([saved.reason, saved.step < 250], ["stop", true]);
    const after = await Array.fromAsync(trainer.train(spec, { ...options, from: saved.path }));
    assertEquals(numbersOf([...before, ...after]), numbersOf(whole));
    const states = [whole, after].map((events) =>
      events.findLast(({ type }) => type === "checkpoint")
    );
    assertEquals(states[1], states[0], "the last checkpoints hold the same bytes");
  });

  it("writes into its folder and nowhere else", async () => {
    using checkpoints = temporaryFolder();
    const inside = join(checkpoints.path, "inside");
    const outside = join(checkpoints.path, "outside");
    await Deno.mkdir(inside);
    const trainer = createTrainerProcess({ dataFolder: folder.path });
    const events = await Array.fromAsync(
      trainer.train(aSpec({ epochs: 1 }), { signal: never, checkpointFolder: inside }),
    );
    assertEquals(events.filter(({ type }) => type === "checkpoint").length, 1);
    const flags = trainerPermissions(folder.path, inside);
    const script = new URL("print_permissions.ts", import.meta.url).pathname;
    const mayWrite = async (path: string) => {
      const { stdout } = await new Deno.Command(Deno.execPath(), {
        args: ["run", "--no-prompt", "--no-check", ...flags, script, path],
      }).output();
      return JSON.parse(new TextDecoder().decode(stdout)).writeFolder;
    };
    assertEquals([await mayWrite(inside), await mayWrite(outside)], ["granted", "prompt"]);
  });

  it("trains with the number of threads that is configured", async () => {
    const [device] = await createTrainerProcess({ dataFolder: folder.path, threads: 1 })
      .devices({ signal: never })
      .then((devices) => devices.filter(({ kind }) => kind === "CPU"));
    assertMatch(device?.name ?? "", /1 thread$/);
    const [started] = await Array.fromAsync(
      createTrainerProcess({ dataFolder: folder.path, threads: 3 })
        .train(aSpec({ epochs: 1 }), { signal: never }),
    );
    assertMatch(started?.type === "started" ? started.device : "", /3 threads\)$/);
  });

  itWithDisk("waits while its disk is full, and reports it", async () => {
    using disk = present(smallDisk("300k"));
    const trainer = createTrainerProcess({ dataFolder: folder.path });
    const options = { signal: never, checkpointFolder: disk.path };
    const said: TrainerEvent["type"][] = [];
    for await (const event of trainer.train(aSpec({ epochs: 1 }), options)) {
      if (event.type !== "usage") said.push(event.type);
      if (event.type !== "trouble" || event.message === null) continue;
      assertMatch(event.message, /^Cannot write checkpoint .*the disk is full/);
      disk.resize("2m");
    }
    assertEquals(said.slice(-4), ["epoch", "trouble", "trouble", "checkpoint"]);
  });

  it("lists the CPU", async () => {
    const devices = await createTrainerProcess({ dataFolder: folder.path }).devices({
      signal: never,
    });
    assert(devices.some(({ kind, available }) => kind === "CPU" && available));
  });

  it("says which device or dataset is missing", async () => {
    const saying = (pattern: RegExp) => (error: unknown) =>
      error instanceof TrainingError && pattern.test(error.message);
    await assertFails(train({ device: "WEBGPU" }), saying(/^Cannot train on WEBGPU: .*\.$/));
    const nowhere = folder.join("nowhere");
    await assertFails(train({}, nowhere), saying(/^Cannot read [^]*deno task setup/));
  });
});
