/** Metrics over HTTP: as CSV, and as TensorBoard's own reader finds them. */
import { assertEquals, assertMatch } from "@std/assert";
import { before, describe, it } from "@std/testing/bdd";
import { Uint8ArrayReader, Uint8ArrayWriter, ZipReader } from "@zip.js/zip.js";
import { parse } from "csv-parse/sync";
import { join } from "node:path";
import { temporaryFolder } from "../../../tools/processes.ts";
import { assertRefused } from "../../support/http.ts";
import { missingPackages, runPython } from "../../support/python.ts";
import { useServer } from "../../support/start_server.ts";
import { startRun, STEPS_PER_EPOCH, type WrittenRun } from "../../support/written_run.ts";

const missing = await missingPackages("tensorboard");
if (missing) console.warn(`TensorBoard's files are not read: ${missing}.`);

describe("a run's metrics", () => {
  const server = useServer();
  let worker: WrittenRun;
  let files: string;
  before(async () => {
    worker = await startRun(server.store, "a run");
    files = `${server.origin}/runs/${worker.key}`;
    await worker.trainEpoch();
    await worker.trainEpoch();
  });

  it("are a CSV file with a row for each epoch", async () => {
    const response = await fetch(`${files}/metrics.csv`);
    assertMatch(response.headers.get("content-type") ?? "", /^text\/csv/);
    const text = await response.text();
    assertEquals(text.split("\r\n").length, 4);
    const rows = parse(text, { columns: true }) as readonly Record<string, string>[];
    assertEquals(rows.map(({ number }) => number), ["1", "2"]);
    assertEquals(rows.map(({ testAcc }) => testAcc), ["0.91", "0.92"]);
    assertEquals(rows[0]?.validationAcc, "");
  });

  it("are a row for each step on request", async () => {
    const text = await (await fetch(`${files}/metrics.csv?of=steps`)).text();
    const rows = parse(text, { columns: true }) as readonly Record<string, string>[];
    assertEquals(rows.length, 2 * STEPS_PER_EPOCH);
    assertEquals(rows[5], { step: "6", epoch: "2", loss: "1.5", acc: "0.5" });
    const message = /of must be epochs or steps, got 'hours'/;
    await assertRefused(fetch(`${files}/metrics.csv?of=hours`), { status: 400, message });
  });

  it("are the same archive until the next event", async () => {
    const [first, second] = await Promise.all(
      [1, 2].map(async () => await fetch(`${files}/tensorboard.zip`)),
    );
    assertEquals(await first?.bytes(), await second?.bytes());
    const etag = first?.headers.get("etag") ?? "";
    const again = await fetch(`${files}/tensorboard.zip`, { headers: { "if-none-match": etag } });
    assertEquals(again.status, 304);
  });

  it("are read by TensorBoard: scalars by epoch and step, and hyperparameters", {
    ignore: missing !== undefined,
  }, async () => {
    using folder = temporaryFolder();
    const archive = await (await fetch(`${files}/tensorboard.zip`)).bytes();
    const reader = new ZipReader(new Uint8ArrayReader(archive));
    const [entry, ...others] = await reader.getEntries();
    assertEquals(others, []);
    assertMatch(entry?.filename ?? "", /^[\w-]+\/events\.out\.tfevents\.\d+\.epochql$/);
    if (!entry || entry.directory) return;
    const file = join(folder.path, "events.out.tfevents.1.epochql");
    await Deno.writeFile(file, await entry.getData(new Uint8ArrayWriter()));
    await reader.close();

    const program = new URL("../../exports/read_tensorboard.py", import.meta.url);
    const { scalars, hparams } = JSON.parse(await runPython(program, [folder.path]));
    assertEquals(scalars["epoch/test_acc"].map(([step]: [number]) => step), [1, 2]);
    assertEquals(scalars["epoch/train_loss"][0][1], 1.25);
    assertEquals(scalars["step/loss"].length, 2 * STEPS_PER_EPOCH);
    assertEquals(scalars["step/loss"][5], [6, 1.5]);
    assertEquals(scalars["epoch/validation_acc"], undefined);
    assertEquals(hparams.optimizer, "sgd");
    assertEquals([hparams.learningRate, hparams["optimizer.nesterov"]], [0.01, false]);
  });
});
