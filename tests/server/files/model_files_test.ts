/** Exported models over HTTP and in the API. */
import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { before, describe, it } from "@std/testing/bdd";
import { EXPORT_NAMES } from "../../../exports/formats.ts";
import { checkpointName } from "../../../ml/checkpoint/checkpoint.ts";
import { assertRefused, bearer, statusOf } from "../../support/http.ts";
import { trainKept } from "../../support/keep_checkpoint.ts";
import { useServer } from "../../support/start_server.ts";
import { startRun, STEPS_PER_EPOCH, type WrittenRun } from "../../support/written_run.ts";

const TOKEN = "correct-horse-battery-staple";

describe("an exported model", () => {
  const server = useServer({ hasCheckpoints: true, token: TOKEN });
  let worker: WrittenRun;
  let files: string;
  const headers = bearer(TOKEN);
  const ask = (path: string, more: Record<string, string> = {}, method = "GET") =>
    fetch(`${files}/${path}`, { method, headers: { ...headers, ...more } });

  before(async () => {
    worker = await startRun(server.store, "a run");
    files = `${server.origin}/runs/${worker.key}`;
    for (const epoch of [1, 2]) await trainKept(server, worker, epoch);
  });

  it("is listed with a path for each format, which gives the file", async () => {
    const { runs: { nodes: [{ exports }] } } = await server.ask(
      "{ runs { nodes { exports(epoch: 1) { format url } } } }",
      {},
      headers,
    );
    assertEquals(exports.map(({ format }: { format: string }) => format), EXPORT_NAMES);
    for (const { url } of exports) {
      const response = await fetch(`${server.origin}${url}`, { headers });
      assertEquals(response.status, 200, url);
      assertMatch(response.headers.get("content-disposition") ?? "", /filename="model\./);
      assert((await response.bytes()).length > 1000, url);
    }
  });

  it("is the newest checkpoint's unless another is named, and has a tag of its own", async () => {
    const tags = await Promise.all(
      ["", "?epoch=2", "?epoch=1", `?checkpoint=${checkpointName(STEPS_PER_EPOCH)}`].map(
        async (search) => {
          const response = await ask(`model.onnx${search}`);
          await response.body?.cancel();
          return response.headers.get("etag");
        },
      ),
    );
    assertEquals(tags[0], tags[1]);
    assertEquals(tags[2], tags[3]);
    assertNotEquals(tags[0], tags[2]);
    const known = await ask("model.onnx", { "if-none-match": tags[0] ?? "" });
    assertEquals(known.status, 304);
    const head = await ask("model.onnx", {}, "HEAD");
    assertEquals([head.status, head.headers.get("etag")], [200, tags[0]]);
    assertEquals((await head.bytes()).length, 0);
  });

  it("is found by the name of its format alone", async () => {
    const [named, whole] = await Promise.all([ask("model.tfjs"), ask("model.tfjs.zip")]);
    assertEquals(named.headers.get("content-disposition"), 'attachment; filename="model.tfjs.zip"');
    assertEquals(named.headers.get("etag"), whole.headers.get("etag"));
    assertEquals(await named.bytes(), await whole.bytes());
  });

  it("comes with the code of its module", async () => {
    const code = await (await ask("model.py")).text();
    assertMatch(code, /^class Model\(nn\.Module\):$/m);
    assertMatch(code, /nn\.Linear\(1600, 64, bias=True\)/);
  });

  it("is refused without a token, for a checkpoint that is gone and in formats that there are not", async () => {
    assertEquals(await statusOf(fetch(`${files}/model.onnx`)), 401);
    const gone = { status: 404, message: /no checkpoint of the end of epoch 9/ };
    await assertRefused(ask("model.onnx?epoch=9"), gone);
    assertEquals(await statusOf(ask("model.onnx?epoch=first")), 400);
    const other = { status: 404, message: /must be model\.onnx or .*, got 'model\.caffe'/ };
    await assertRefused(ask("model.caffe"), other);
    assertEquals(await statusOf(ask("model.onnx?epoch=1&checkpoint=x")), 400);
  });

  it("needs a checkpoint", async () => {
    const young = await startRun(server.store, "young");
    const asked = server.get(`/runs/${young.key}/model.safetensors`, { headers });
    const message = /the run must have a checkpoint, got none/;
    await assertRefused(asked, { status: 409, message });
    const { run } = await server.ask(
      "query Run($id: ID!) { run(id: $id) { exports { url } } }",
      { id: young.id },
      headers,
    );
    assertEquals(run.exports, []);
  });
});
