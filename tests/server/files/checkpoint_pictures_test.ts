/** The pictures of what a run has learned, over HTTP: real checkpoints in a folder, read by a real evaluator. */
import {
  assert,
  assertEquals,
  assertMatch,
  assertNotEquals,
  assertNotStrictEquals,
  fail,
} from "@std/assert";
import { after, before, describe, it } from "@std/testing/bdd";
import { decode } from "fast-png";
import { join } from "node:path";
import { checkpointName, writeCheckpoint } from "../../../ml/checkpoint/checkpoint.ts";
import { openFolderStore } from "../../../runs/checkpoints/folder.ts";
import type { RunEventBody } from "../../../runs/log/event.ts";
import {
  type CheckpointEvaluator,
  createCheckpointEvaluator,
} from "../../../runs/reading/checkpoint_evaluator.ts";
import { aCheckpoint, aState } from "../../ml/checkpoint/support.ts";
import { squaresOf, textsOf } from "../../pictures/look.ts";
import { errorOf } from "../../support/http.ts";
import { startServer, type TestServer } from "../../support/start_server.ts";
import { startRun, STEPS_PER_EPOCH, type WrittenRun } from "../../support/written_run.ts";

/** Accuracy of an epoch in the log: all right but for as many mistakes as the epoch's number. */
function confusion(epoch: number): number[][] {
  return Array.from({ length: 10 }, (_, row) =>
    Array.from({ length: 10 }, (_, column) => {
      if (row === 3 && column === 5) return epoch;
      return row === column ? (row === 3 ? 100 - epoch : 100) : 0;
    }));
}

describe("the pictures of a run's checkpoints", () => {
  let folder: string;
  let evaluator: CheckpointEvaluator;
  let server: TestServer;
  let worker: WrittenRun;
  let files: string;
  const checkpoints = () => openFolderStore(join(folder, "checkpoints"));

  before(async () => {
    folder = await Deno.makeTempDir({ prefix: "epochql-pictures-" });
    evaluator = createCheckpointEvaluator({
      checkpoints: () => Promise.resolve(checkpoints()),
      scratch: join(folder, "scratch"),
    });
    server = await startServer({ evaluator });
    worker = await startRun(server.store, "<b>the run & its name</b>");
    files = `${server.origin}/runs/${worker.key}`;
  });
  after(async () => {
    evaluator.close();
    await server[Symbol.asyncDispose]();
    await Deno.remove(folder, { recursive: true });
  });

  /** Trains an epoch and keeps its checkpoint. */
  async function trainEpoch(epoch: number): Promise<void> {
    const step = epoch * STEPS_PER_EPOCH;
    const path = join(folder, "written");
    const { spec, ...rest } = aCheckpoint();
    const written = await writeCheckpoint(path, {
      ...rest,
      spec: { ...spec, epochs: 9 },
      ...{ step, epoch: epoch + 1, epochLoss: 0, epochCorrect: 0 },
      state: aState("BASIC_CNN", epoch),
    });
    const file = checkpointName(step);
    await checkpoints().put(worker.key, file, path);
    const events: RunEventBody[] = [
      {
        type: "batches",
        epoch,
        firstStep: step - STEPS_PER_EPOCH + 1,
        losses: [2, 1.5, 1, 0.5],
        accs: [0.25, 0.5, 0.75, 1],
        samplesPerSecond: 8000,
      },
      {
        type: "epoch",
        number: epoch,
        trainAcc: 0.6,
        trainLoss: 1,
        testAcc: 0.99,
        testLoss: 0.3,
        confusion: confusion(epoch),
        learningRate: 0.01,
        seconds: 1,
      },
      { type: "checkpoint", step, epoch, file, ...written, reason: "epoch", testAcc: 0.99 },
    ];
    await worker.append(...events);
  }

  it("are a conflict before the first checkpoint, with the time to try again", async () => {
    for (const file of ["confusion.svg", "confusion.png", "kernels.svg", "kernels.png"]) {
      const response = await fetch(`${files}/${file}`);
      assertEquals(response.status, 409, file);
      const { message, code } = await errorOf(response);
      assertMatch(message, /^Cannot draw the (confusion matrix|kernels): the run must have a /);
      assertMatch(message, /Ask again when an epoch of it has ended\.$/);
      assertEquals(code, "CONFLICT");
    }
  });

  it("show the newest checkpoint, or the requested one", async () => {
    await trainEpoch(1);
    await trainEpoch(2);
    const read = async (path: string) => {
      const response = await fetch(`${files}/${path}`);
      assertEquals(response.status, 200, path);
      assertEquals(response.headers.get("content-type"), "image/svg+xml");
      assertMatch(response.headers.get("content-security-policy") ?? "", /^default-src 'none';/);
      return await response.text();
    };
    for (const search of ["", "?epoch=2", "?step=8", `?checkpoint=${checkpointName(8)}`]) {
      assertEquals(textsOf(await read(`confusion.svg${search}`)).slice(0, 2), [
        "<b>the run & its name</b>",
        "accuracy 99.80% · n = 1,000 (MNIST test set) · epoch 2, step 8",
      ]);
    }
    const first = textsOf(await read("confusion.svg?epoch=1"));
    assertMatch(first[1] ?? "", /^accuracy 99\.90% .* epoch 1, step 4$/);
    assertEquals(first.slice(2, 102).map(Number), confusion(1).flat());
    const kernels = await read("kernels.svg?epoch=1");
    assertEquals(textsOf(kernels)[1], "conv1: 32 kernels of 3 × 3 · epoch 1, step 4");
    assertNotEquals(squaresOf(kernels), squaresOf(await read("kernels.svg")));
    const deeper = await read("kernels.svg?layer=conv2");
    assertEquals(squaresOf(deeper).length, 64 * 32 * 9);
  });

  it("come as PNG too, twice as sharp, light or dark", async () => {
    for (const name of ["confusion", "kernels"]) {
      const svg = await (await fetch(`${files}/${name}.svg`)).text();
      const [light, dark] = await Promise.all(["", "?theme=dark"].map(async (search) => {
        const response = await fetch(`${files}/${name}.png${search}`);
        assertEquals(response.headers.get("content-type"), "image/png");
        return decode(await response.bytes());
      }));
      assert(svg.includes(`width="${(light?.width ?? NaN) / 2}"`), name);
      assertEquals([...light?.data.subarray(0, 3) ?? []], [0xff, 0xff, 0xff]);
      assertEquals([...dark?.data.subarray(0, 3) ?? []], [0x21, 0x2a, 0x3b]);
    }
  });

  it("are unchanged (304) until the checkpoint or the name changes", async () => {
    for (const [at, name] of ["confusion.png", "kernels.svg?layer=conv1"].entries()) {
      const ask = (etag = "") => fetch(`${files}/${name}`, { headers: { "if-none-match": etag } });
      const tagOf = async (response: Response) => {
        await response.body?.cancel();
        return response.headers.get("etag") ?? fail("It must have an ETag.");
      };
      const first = await ask();
      assertEquals(first.headers.get("cache-control"), "private, no-cache");
      const etag = await tagOf(first);
      await worker.append({ type: "log", level: "info", message: "Nothing of it is drawn." });
      assertEquals((await ask(etag)).status, 304);
      const other = await fetch(`${files}/${name.replace("?", "?epoch=1&")}`);
      if (name.includes("?")) assertNotStrictEquals(await tagOf(other), etag);
      else await other.body?.cancel();
      await trainEpoch(3 + at);
      const newer = await ask(etag);
      assertEquals(newer.status, 200);
      await server.store.describe(worker.key, { name: `called ${name}` });
      assertNotStrictEquals(await tagOf(await ask(await tagOf(newer))), etag);
    }
  });

  it("are refused for a missing checkpoint, and for invalid parameters", async () => {
    const refused = [
      ["confusion.svg?epoch=99", 404, /no checkpoint of the end of epoch 99: /],
      ["kernels.png?checkpoint=none", 404, /no checkpoint 'none'\. /],
      ["confusion.svg?epoch=0", 400, /epoch must be a whole number from 1, got '0'\.$/],
      ["confusion.svg?epoch=two", 400, /epoch must be a whole number from 1, got 'two'\.$/],
      ["confusion.svg?step=3", 404, /no checkpoint of step 3: /],
      ["confusion.svg?step=1.5", 400, /step must be a whole number from 1, got '1\.5'\.$/],
      ["kernels.svg?epoch=1&checkpoint=x", 400, /epoch/],
      ["kernels.svg?layer=fc1", 400, /layer must be conv1 or conv2 in a BASIC_CNN, got 'fc1'\.$/],
      ["kernels.svg?theme=pink", 400, /theme must be light or dark, got 'pink'\.$/],
    ] as const;
    for (const [path, status, expected] of refused) {
      const response = await fetch(`${files}/${path}`);
      assertEquals(response.status, status, path);
      assertMatch((await errorOf(response)).message, expected);
    }
    const changed = await fetch(`${files}/kernels.svg`, { method: "POST" });
    assertEquals(changed.status, 405);
    await changed.body?.cancel();
  });

  it("are UNAVAILABLE if the checkpoint is lost", async () => {
    const { snapshot } = (await server.store.get(worker.key)) ?? fail();
    const { file = "" } = snapshot.lastCheckpoint ?? {};
    await checkpoints().remove(worker.key, file);
    const response = await fetch(`${files}/kernels.svg?layer=conv2`);
    assertEquals(response.status, 503);
    assertEquals((await errorOf(response)).code, "UNAVAILABLE");
  });
});
