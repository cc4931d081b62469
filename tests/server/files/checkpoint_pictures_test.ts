/** The pictures of what a run has learned, over HTTP: real checkpoints in a folder, read by a real evaluator. */
import {
  assert,
  assertEquals,
  assertMatch,
  assertNotEquals,
  assertNotStrictEquals,
  fail,
} from "@std/assert";
import { before, describe, it } from "@std/testing/bdd";
import { decode } from "fast-png";
import { join } from "node:path";
import { checkpointName, writeCheckpoint } from "../../../ml/checkpoint/checkpoint.ts";
import { aCheckpoint, aState } from "../../ml/checkpoint/support.ts";
import { squaresOf, textsOf } from "../../pictures/look.ts";
import { assertRefused, statusOf } from "../../support/http.ts";
import { useServer } from "../../support/start_server.ts";
import {
  batches,
  epoch as epochEnd,
  startRun,
  STEPS_PER_EPOCH,
  type WrittenRun,
} from "../../support/written_run.ts";

/** Accuracy of an epoch in the log: all right but for as many mistakes as the epoch's number. */
function confusion(epoch: number): number[][] {
  return Array.from({ length: 10 }, (_, row) =>
    Array.from({ length: 10 }, (_, column) => {
      if (row === 3 && column === 5) return epoch;
      return row === column ? (row === 3 ? 100 - epoch : 100) : 0;
    }));
}

describe("the pictures of a run's checkpoints", () => {
  const server = useServer({ hasCheckpoints: true });
  let worker: WrittenRun;
  const get = (path: string, options: RequestInit = {}) =>
    server.get(`/runs/${worker.key}/${path}`, options);

  before(async () => {
    worker = await startRun(server.store, "<b>the run & its name</b>");
  });

  /** Trains an epoch and keeps its checkpoint. */
  async function trainEpoch(epoch: number): Promise<void> {
    const step = epoch * STEPS_PER_EPOCH;
    const path = join(server.home, "written");
    const { spec, ...rest } = aCheckpoint();
    const written = await writeCheckpoint(path, {
      ...rest,
      spec: { ...spec, epochs: 9 },
      ...{ step, epoch: epoch + 1, epochLoss: 0, epochCorrect: 0 },
      state: aState("BASIC_CNN", epoch),
    });
    const file = checkpointName(step);
    await server.checkpoints.put(worker.key, file, path);
    await worker.append(
      batches(epoch, step - STEPS_PER_EPOCH + 1),
      { ...epochEnd(epoch), confusion: confusion(epoch) },
      { type: "checkpoint", step, epoch, file, ...written, reason: "epoch", testAcc: 0.99 },
    );
  }

  it("are a conflict before the first checkpoint, with the time to try again", async () => {
    for (const file of ["confusion.svg", "confusion.png", "kernels.svg", "kernels.png"]) {
      const message =
        /^Cannot draw the (confusion matrix|kernels): the run must have a .* Ask again when an epoch of it has ended\.$/;
      await assertRefused(get(file), { status: 409, code: "CONFLICT", message }, file);
    }
  });

  it("show the newest checkpoint, or the requested one", async () => {
    await trainEpoch(1);
    await trainEpoch(2);
    const read = async (path: string) => {
      const response = await get(path);
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
      const svg = await (await get(`${name}.svg`)).text();
      const [light, dark] = await Promise.all(["", "?theme=dark"].map(async (search) => {
        const response = await get(`${name}.png${search}`);
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
      const ask = (etag = "") => get(name, { headers: { "if-none-match": etag } });
      const tagOf = async (response: Response) => {
        await response.body?.cancel();
        return response.headers.get("etag") ?? fail("It must have an ETag.");
      };
      const first = await ask();
      assertEquals(first.headers.get("cache-control"), "private, no-cache");
      const etag = await tagOf(first);
      await worker.append({ type: "log", level: "info", message: "Nothing of it is drawn." });
      assertEquals((await ask(etag)).status, 304);
      const other = await get(name.replace("?", "?epoch=1&"));
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
    for (const [path, status, message] of refused) {
      await assertRefused(get(path), { status, message }, path);
    }
    assertEquals(await statusOf(get("kernels.svg", { method: "POST" })), 405);
  });

  it("are UNAVAILABLE if the checkpoint is lost", async () => {
    const { snapshot } = (await server.store.get(worker.key)) ?? fail();
    const { file = "" } = snapshot.lastCheckpoint ?? {};
    await server.checkpoints.remove(worker.key, file);
    await assertRefused(get("kernels.svg?layer=conv2"), { status: 503, code: "UNAVAILABLE" });
  });
});
