/**
 * The real trainer process, with exactly its permissions: what it trains, and what it says when it cannot.
 */
import { deepStrictEqual, ok, rejects, strictEqual } from "@std/assert";
import { after, before, describe, it } from "@std/testing/bdd";
import { join } from "node:path";
import { ensureDataset } from "../../data/open.ts";
import { TrainingError } from "../../runs/trainer.ts";
import { createTrainerProcess } from "../../runs/trainer_process.ts";
import { aSpec, temporaryFolder } from "./helpers.ts";

const never = new AbortController().signal;

describe("cli/trainer.ts", () => {
  let folder: ReturnType<typeof temporaryFolder>;
  before(async () => {
    folder = temporaryFolder();
    await ensureDataset("mnist", folder.path, () => {});
  });
  after(() => folder[Symbol.dispose]());

  const train = (change: Parameters<typeof aSpec>[0], dataFolder = folder.path) =>
    Array.fromAsync(createTrainerProcess({ dataFolder }).train(aSpec(change), { signal: never }));

  it("trains, the same in every process", async () => {
    const one = await train({ epochs: 2 });
    const other = await train({ epochs: 2 });
    const numbers = (events: typeof one) =>
      events.flatMap((event): unknown[] => {
        if (event.type === "batches") return [...event.losses, ...event.accs];
        return event.type === "epoch" ? [{ ...event, seconds: 0 }] : [event];
      });
    deepStrictEqual(numbers(one), numbers(other));
    strictEqual(one.filter(({ type }) => type === "epoch").length, 2);
  });

  it("lists the CPU", async () => {
    const devices = await createTrainerProcess({ dataFolder: folder.path }).devices({
      signal: never,
    });
    ok(devices.some(({ kind, available }) => kind === "CPU" && available));
  });

  it("says what is missing", async () => {
    const saying = (pattern: RegExp) => (error: unknown) =>
      error instanceof TrainingError && pattern.test(error.message);
    await rejects(train({ device: "WEBGPU" }), saying(/^Cannot train on WEBGPU: .*\.$/));
    const nowhere = join(folder.path, "nowhere");
    await rejects(train({}, nowhere), saying(/^Cannot read [^]*deno task setup/));
  });
});
