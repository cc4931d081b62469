/**
 * Bodies of the Open Inference Protocol on their way: compressed, too large, too slow; and a server that has no
 * workers.
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { before, describe, it } from "@std/testing/bdd";
import { deflateSync, gzipSync } from "node:zlib";
import { connectRaw, postOf, sendRaw } from "../../support/raw_client.ts";
import { statusOf } from "../../support/http.ts";
import { trainKept } from "../../support/keep_checkpoint.ts";
import { useServer } from "../../support/start_server.ts";
import { startRun } from "../../support/written_run.ts";

const COUNT = 64;
const REQUEST_BODY = {
  inputs: [{
    name: "images",
    datatype: "UINT8",
    shape: [COUNT, 1, 28, 28],
    data: Array.from({ length: COUNT * 784 }, (_, at) => (at * 37) % 256),
  }],
};
const REQUEST = new TextEncoder().encode(JSON.stringify(REQUEST_BODY));

describe("bodies of the Open Inference Protocol", () => {
  const server = useServer({ hasCheckpoints: true, bodyTimeoutMs: 500 });
  before(async () => {
    await trainKept(server, await startRun(server.store, "model"), 1);
  });

  const infer = (body: Uint8Array, headers: Record<string, string> = {}) =>
    fetch(`${server.origin}/v2/models/model/infer`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: new Uint8Array(body),
    });
  async function refused(asked: Promise<Response>, status: number, message: RegExp) {
    const response = await asked;
    assertEquals(response.status, status);
    assertMatch((await response.json()).error, message);
  }

  it("may be packed by gzip and deflate", async () => {
    const plain = await (await infer(REQUEST)).json();
    for (const [encoding, pack] of [["gzip", gzipSync], ["deflate", deflateSync]] as const) {
      const response = await infer(pack(REQUEST), { "content-encoding": encoding });
      assertEquals(response.status, 200);
      assertEquals(await response.json(), plain);
    }
  });

  it("are packed for clients that accept it, if they are large", async () => {
    const encodings = async (accept: string, ...outputs: readonly string[]) => {
      const body = JSON.stringify({ ...REQUEST_BODY, outputs: outputs.map((name) => ({ name })) });
      const kind = { "content-type": "application/json", "content-length": String(body.length) };
      const { headers } = await sendRaw(server.origin, "/v2/models/model/infer", {
        ...{ method: "POST", headers: { ...kind, "accept-encoding": accept }, body },
      });
      return headers.get("content-encoding");
    };
    assertEquals(await encodings("gzip"), "gzip");
    assertEquals(await encodings("deflate"), "deflate");
    assertEquals(await encodings("br, gzip;q=0"), null);
    assertEquals(await encodings("identity"), null);
    assertEquals(await encodings("gzip", "classes"), null);
  });

  it("are refused if they are packed otherwise, damaged, or too large unpacked", async () => {
    const gzip = { "content-encoding": "gzip" };
    const brotli = infer(REQUEST, { "content-encoding": "br" });
    await refused(brotli, 415, /gzip, deflate or identity, got 'br'/);
    await refused(infer(REQUEST, gzip), 400, /must be packed as gzip/);
    const cut = gzipSync(REQUEST).subarray(0, 500);
    await refused(infer(cut, gzip), 400, /must be packed as gzip/);
    const large = gzipSync(new Uint8Array(9_000_000));
    assert(large.length < 10_000);
    await refused(infer(large, gzip), 413, /at most 8000000 bytes unpacked, got more/);
  });

  it("are refused if they do not arrive in time", async () => {
    const client = await connectRaw(server.origin);
    const path = "/v2/models/model/infer";
    await client.send(postOf(path, "application/json", '{"inputs":', { length: 1000 }));
    const answer = await client.readUntil(/beginning/);
    client.close();
    assertMatch(answer, /^HTTP\/1\.1 408 /);
    assertMatch(answer, /must be here within 0\.5 s, got only its beginning/);
  });

  it("are answered by a server that is ready without workers, unlike for trainings", async () => {
    assertEquals(await statusOf(server.get("/readyz")), 503);
    assertEquals(await statusOf(server.get("/v2/health/ready")), 200);
    assertEquals(await statusOf(server.get("/v2/models/model/ready")), 200);
    assertEquals((await infer(REQUEST)).status, 200);
  });
});
