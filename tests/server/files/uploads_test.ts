/** Uploads from outside: PUT, the tus protocol by its own client and by curl, scopes, and a server that is killed. */
import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { Buffer } from "node:buffer";
import { join } from "node:path";
import { Upload as TusUpload, type UploadOptions } from "tus-js-client";
import type { Scope } from "../../../schema/base/access.ts";
import { assertRefused, bearer, post } from "../../support/http.ts";
import { startServerProcess } from "../../support/program.ts";
import { CLEARED } from "../../support/stack.ts";
import { useServer } from "../../support/start_server.ts";
import { folderPerTest } from "../../support/temporary_folder.ts";
import { until } from "../../support/until.ts";

const CREATE = `mutation ($input: CreateUploadInput!) {
  createUpload(input: $input) { upload { id url bytes received expiresAt } }
}`;
const PIECE = "application/offset+octet-stream";

const SECRETS: Readonly<Record<Scope, string>> = {
  read: "read0read0read0read0",
  write: "write0write0write0write0",
  admin: "admin0admin0admin0admin0",
};

/** Announces an upload; returns its absolute URL. */
async function announce(origin: string, bytes: number, token?: string): Promise<string> {
  const variables = { input: { fileName: "weights.safetensors", bytes } };
  const headers = token === undefined ? {} : bearer(token);
  const response = await post(origin, { query: CREATE, variables }, headers);
  const { data } = await response.json();
  return new URL(data.createUpload.upload.url, `${origin}/graphql`).href;
}

/** Returns a file's bytes, which differ everywhere. */
function bytesOf(length: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, (_, at) => (at * 31) ^ (at >> 8));
}

async function offsetOf(url: string): Promise<number> {
  const response = await fetch(url, { method: "HEAD" });
  assertEquals(response.status, 200);
  return Number(response.headers.get("upload-offset"));
}

function patch(url: string, offset: number, body: BodyInit, headers: Record<string, string> = {}) {
  return fetch(url, {
    method: "PATCH",
    headers: { "content-type": PIECE, "upload-offset": String(offset), ...headers },
    body,
  });
}

function sendByTus(
  url: string,
  bytes: Uint8Array,
  options: Partial<UploadOptions> = {},
): Promise<void> {
  // Its types know browsers' files only; outside of browsers it takes buffers.
  const file = Buffer.from(bytes) as unknown as Blob;
  return new Promise((resolve, reject) => {
    new TusUpload(file, {
      uploadUrl: url,
      retryDelays: [10, 10, 10],
      storeFingerprintForResuming: false,
      onSuccess: () => resolve(),
      onError: reject,
      ...options,
    }).start();
  });
}

describe("an upload", () => {
  const server = useServer();
  const stored = (url: string) =>
    Deno.readFile(join(server.home, "uploads", url.split("/").at(-1) ?? "", "data"));

  it("takes the whole file by PUT", async () => {
    const { createUpload: { upload } } = await server.ask(CREATE, {
      input: { fileName: "a.zip", bytes: 200_000 },
    });
    assertEquals([upload.bytes, upload.received], [200_000, 0]);
    assert(Date.parse(upload.expiresAt) > Date.now());
    const url = `${server.origin}${upload.url}`;
    const response = await fetch(url, { method: "PUT", body: bytesOf(200_000) });
    assertEquals([response.status, response.headers.get("upload-offset")], [204, "200000"]);
    assertEquals(await stored(url), bytesOf(200_000));
  });

  it("is sent in pieces by tus's own client", async () => {
    const url = await announce(server.origin, 300_000);
    await patch(url, 0, bytesOf(300_000).subarray(0, 1000));
    const progress: number[] = [];
    await sendByTus(url, bytesOf(300_000), {
      chunkSize: 100_000,
      onChunkComplete: (_size, accepted) => progress.push(accepted),
    });
    assertEquals(progress, [101_000, 201_000, 300_000]);
    assertEquals(await stored(url), bytesOf(300_000));
  });

  it("is deleted by tus's own client", async () => {
    const url = await announce(server.origin, 10);
    await TusUpload.terminate(url);
    const refusal = { status: 404, code: "NOT_FOUND", message: /no such upload/ };
    await assertRefused(fetch(url, { method: "PUT", body: bytesOf(10) }), refusal);
  });

  it("is sent by curl, and continued after a break", async () => {
    const url = await announce(server.origin, 500_000);
    const path = await Deno.makeTempFile();
    await Deno.writeFile(path, bytesOf(500_000));
    const curl = (...args: string[]) =>
      new Deno.Command("curl", { args: ["-sS", ...args, url], stderr: "piped" }).output();
    // curl announces 500,000 bytes, and is gone after fewer.
    const child = new Deno.Command("curl", {
      args: ["-sS", "--limit-rate", "100k", "-T", path, url],
      stdout: "null",
      stderr: "null",
    }).spawn();
    await until("the first bytes are there", async () => await offsetOf(url) > 0);
    child.kill("SIGKILL");
    await child.status;
    const offset = await offsetOf(url);
    assert(offset < 500_000, `${offset}`);
    await Deno.writeFile(path, bytesOf(500_000).subarray(offset));
    const { stdout } = await curl(
      ...["-X", "PATCH", "-H", `content-type: ${PIECE}`, "-H", `upload-offset: ${offset}`],
      ...["--data-binary", `@${path}`, "-w", "%{http_code}"],
    );
    assertEquals(new TextDecoder().decode(stdout), "204");
    assertEquals(await stored(url), bytesOf(500_000));
    await Deno.remove(path);
  });

  it("says what is wrong with a piece, and where it continues", async () => {
    const url = await announce(server.origin, 100);
    await patch(url, 0, bytesOf(10));
    const cases: [Promise<Response>, number, RegExp][] = [
      [patch(url, 5, "x"), 409, /the offset must be 10, got 5/],
      [patch(url, 10, bytesOf(91)), 413, /must have 100 bytes, got 91 from 10 on/],
      [patch(url, 10, "x", { "content-type": "text/plain" }), 415, /got 'text\/plain'/],
      [patch(url, 10, "x", { "upload-offset": "-1" }), 400, /a whole number, got '-1'/],
      [fetch(url, { method: "PUT", body: "short" }), 400, /must have 100 bytes, got 5/],
    ];
    for (const [asked, status, message] of cases) {
      const response = await assertRefused(asked, { status, message });
      assertEquals(response.headers.get("upload-offset"), "10");
      assertEquals(response.headers.get("tus-resumable"), "1.0.0");
    }
    const old = { status: 412, message: /must be 1\.0\.0, got '0\.2\.2'/ };
    await assertRefused(patch(url, 10, "x", { "tus-resumable": "0.2.2" }), old);
    const methods = { status: 405, message: /HEAD, PUT, PATCH, DELETE or OPTIONS/ };
    await assertRefused(fetch(url), methods);
    assertEquals(await offsetOf(url), 10);
    const piece = { "content-type": PIECE, "upload-offset": "10" };
    const headers = { "x-http-method-override": "PATCH", ...piece };
    const posted = await fetch(url, { method: "POST", headers, body: bytesOf(90) });
    assertEquals(posted.status, 204);
    const complete = { status: 409, code: "CONFLICT", message: /already complete/ };
    await assertRefused(fetch(url, { method: "PUT", body: bytesOf(100) }), complete);
  });

  it("is refused with its limit where it is too large, or has no name", async () => {
    const refuse = (input: unknown) => server.post({ query: CREATE, variables: { input } });
    for (const bytes of [0, -5, 1.5, 1e15]) {
      const response = await refuse({ fileName: "a", bytes });
      const [{ message, extensions }] = (await response.json()).errors;
      assertMatch(message, /^Cannot upload: bytes must be a whole number between 1 and 1\d+, got /);
      assertEquals([extensions.code, extensions.path], ["BAD_USER_INPUT", ["input", "bytes"]]);
    }
    await assertRefused(refuse({ fileName: "a\nb", bytes: 1 }), {
      message: /fileName must be a line/,
    });
  });
});

describe("an upload where tokens are asked for", () => {
  const server = useServer({
    tokens: [
      { name: "reader", scope: "read", secret: SECRETS.read },
      { name: "writer", scope: "write", secret: SECRETS.write },
      { name: "other", scope: "write", secret: "other0other0other0other0" },
      { name: "boss", scope: "admin", secret: SECRETS.admin },
    ],
  });

  it("belongs to its token, and to those with the scope admin", async () => {
    const url = await announce(server.origin, 4, SECRETS.write);
    const put = (headers: Record<string, string>) =>
      fetch(url, { method: "PUT", body: "abcd", headers });
    await assertRefused(put({}), { status: 401 });
    await assertRefused(put(bearer(SECRETS.read)), {
      status: 403,
      message: /the scope must be 'write' or more, got 'read' of the token 'reader'/,
    });
    await assertRefused(put(bearer("other0other0other0other0")), { status: 404 });
    await assertRefused(put({ ...bearer(SECRETS.write), origin: "https://evil.example" }), {
      status: 403,
    });
    assertEquals((await put(bearer(SECRETS.admin))).status, 204);
    const again = { query: CREATE, variables: { input: { fileName: "a", bytes: 1 } } };
    await assertRefused(server.post(again, bearer(SECRETS.read)), { code: "FORBIDDEN" });
  });
});

describe("a server that is killed in the middle of an upload", () => {
  const folder = folderPerTest();

  it("continues at what its next process finds on the disk", async () => {
    const start = () =>
      startServerProcess({
        args: ["-A", "main.ts"],
        env: { ...CLEARED, PORT: "0", WORKERS: "0", EPOCHQL_HOME: folder.path },
      });
    const file = bytesOf(3_000_000);
    const first = await start();
    const url = await announce(first.origin, file.length);
    const body = new ReadableStream({
      // Never ends.
      start: (controller) => controller.enqueue(file.subarray(0, 2_000_000)),
    });
    const sending = assertRejects(() => fetch(url, { method: "PUT", body }));
    await until("the first part is there", async () => await offsetOf(url) === 2_000_000);
    await first.stop("SIGKILL");
    await sending;
    const second = await start();
    const moved = url.replace(first.origin, second.origin);
    assertEquals(await offsetOf(moved), 2_000_000);
    await sendByTus(moved, file);
    const id = url.split("/").at(-1) ?? "";
    assertEquals(await Deno.readFile(folder.join("uploads", id, "data")), file);
    await second.stop();
  });
});
