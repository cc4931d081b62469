/** Checkpoints in object storage: the contract on a real server, and what goes wrong on the way there. */
import { assertEquals } from "@std/assert";
import { assertFails } from "../../support/errors.ts";
import { after, before, describe, it } from "@std/testing/bdd";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { checkpointPermissions } from "../../../runs/checkpoints/permissions.ts";
import { openS3Store } from "../../../runs/checkpoints/s3.ts";
import type { S3Options } from "../../../runs/checkpoints/s3_bucket.ts";
import { assertKind, namesUnder, ofKind } from "../../ml/checkpoint/support.ts";
import { freePort, type S3Server, skipReason, startS3Server } from "./s3_server.ts";
import { someBytes, testCheckpointStore } from "./store_contract.ts";
import { startProgram } from "../../support/program.ts";
import { folderPerTest } from "../../support/temporary_folder.ts";

const folder = folderPerTest();

const SOMEWHERE: S3Options = {
  bucket: "checkpoints",
  prefix: "",
  endpoint: "http://127.0.0.1:1",
  region: "us-east-1",
  credentials: { accessKeyId: "a", secretAccessKey: "b" },
};
const skip = skipReason !== undefined;

if (skipReason) console.warn(`The tests of S3 are skipped: ${skipReason}.`);

/** Opens a store that is closed at the end of its scope. */
function opened(options: S3Options) {
  const store = openS3Store(options);
  return { ...store, [Symbol.dispose]: () => store.close() };
}

/** A file of ten bytes. */
async function fileIn(folder: string): Promise<string> {
  const path = join(folder, "file");
  await Deno.writeFile(path, someBytes(10));
  return path;
}

describe("object storage", { ignore: skip }, () => {
  let server: S3Server;
  let places = 0;
  before(async () => {
    server = await startS3Server();
  });
  after(async () => {
    await server[Symbol.asyncDispose]();
  });

  for (const depth of ["a prefix", "no prefix"]) {
    testCheckpointStore(`S3 (${depth})`, async () => {
      const prefix = depth === "no prefix" ? "" : `place-${places++}/deep`;
      const top = join(server.folder, prefix);
      // Other tests' places lie beside this one.
      if (prefix === "") await empty(server.folder);
      return {
        open: () => openS3Store({ ...server.options, prefix }),
        everything: () => namesUnder(top).catch(() => []),
        remove: () => empty(top),
      };
    });
  }

  it("says who may not", async () => {
    const file = await fileIn(folder.path);
    for (const change of [{ accessKeyId: "nobody" }, { secretAccessKey: "wrong" }]) {
      const { credentials = { accessKeyId: "", secretAccessKey: "" } } = server.options;
      using store = opened({ ...server.options, credentials: { ...credentials, ...change } });
      const refused = ofKind("unavailable", /AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY must be/);
      await assertFails(store.put("run-1", "a", file), refused);
      await assertFails(store.fetch("run-1", "a", folder.path), refused);
      await assertFails(store.list("run-1"), refused);
      await assertFails(store.runIds(), refused);
      await assertFails(store.remove("run-1", "a"), refused);
      await assertFails(store.removeAll("run-1"), refused);
      await assertFails(store.check(), refused);
    }
  });

  it("says that there is no such bucket", async () => {
    using store = opened({ ...server.options, bucket: "nowhere" });
    const rule = /^Cannot .*s3:\/\/nowhere.*: there must be such a bucket\. Make it/;
    const none = ofKind("unavailable", rule);
    await assertFails(store.put("run-1", "a", await fileIn(folder.path)), none);
    await assertFails(store.list("run-1"), none);
    await assertFails(store.check(), none);
  });

  it("does not take for kept what was changed on the way", async () => {
    const file = folder.join("file");
    await Deno.writeTextFile(file, "what is sent");
    using proxy = changing(server.options.endpoint, "what is sent", "what is sunk");
    using store = opened({ ...server.options, endpoint: proxy.endpoint });
    await assertKind(store.put("run-1", "a", file), "unavailable");
    assertEquals(await store.list("run-1"), []);
    await Deno.writeTextFile(file, "something else");
    await store.put("run-1", "a", file);
    await store.removeAll("run-1");
  });

  it("lists more than one answer holds", async () => {
    using store = opened({ ...server.options, prefix: "many" });
    // Made as files, as that is quick; the server takes them for objects.
    const folder = join(server.folder, "many", "run-1");
    await Deno.mkdir(folder, { recursive: true });
    const names = Array.from({ length: 1001 }, (_, place) => `a${String(place).padStart(4, "0")}`);
    for (const name of names) await Deno.writeTextFile(join(folder, name), "x");
    assertEquals((await store.list("run-1")).map(({ name }) => name), names);
  });

  it("needs no more permissions than it says", async () => {
    const location = "s3://checkpoints/a/b";
    const permissions = checkpointPermissions(location, new Map(Object.entries(server.env)));
    const { host } = new URL(server.options.endpoint);
    assertEquals(permissions, { net: [host], read: [], write: [] });
    const { stdout, stderr } = await startProgram({
      args: [
        ...["--no-prompt", "--allow-env", `--allow-net=${permissions.net}`],
        ...[`--allow-read=${folder.path}`, `--allow-write=${folder.path}`],
        ...[fileURLToPath(new URL("./put_and_fetch.ts", import.meta.url)), location, folder.path],
      ],
      env: server.env,
    }).end;
    assertEquals(stdout, 'made up [{"name":"a","bytes":7}]\n', stderr);
  });
});

describe("openS3Store()", () => {
  it("says that nobody answers", async () => {
    const endpoint = `http://127.0.0.1:${freePort()}`;
    using store = opened({ ...SOMEWHERE, endpoint });
    const rule = new RegExp(`${endpoint} must be reached and answer, got '.*refused`, "i");
    const away = ofKind("unavailable", rule);
    await assertFails(store.put("run-1", "a", await fileIn(folder.path)), away);
    await assertFails(store.list("run-1"), away);
  });

  it("gives up on a storage that says nothing", async () => {
    using silent = silentServer();
    using store = opened({ ...SOMEWHERE, endpoint: silent.endpoint, timeoutMs: 50 });
    await assertKind(store.list("run-1"), "unavailable", /must be reached and answer/);
  });

  it("ends a transfer on its way when the signal aborts", async () => {
    using silent = silentServer();
    using store = opened({ ...SOMEWHERE, endpoint: silent.endpoint });
    const stop = new AbortController();
    const { signal } = stop;
    silent.reached.then(() => stop.abort(new Error("not any more")));
    await assertFails(store.fetch("run-1", "a", folder.path, { signal }), /not any more/);
    const file = await fileIn(folder.path);
    await assertFails(store.put("run-1", "a", file, { signal }), /not any more/);
    assertEquals(await namesUnder(folder.path), ["file"]);
  });

  it("leaves nothing of a checkpoint that breaks off", async () => {
    for (const promised of [100, undefined]) {
      using broken = brokenServer(promised);
      using store = opened({ ...SOMEWHERE, endpoint: broken.endpoint });
      await assertKind(store.fetch("run-1", "a", folder.path), "unavailable");
      assertEquals(await namesUnder(folder.path), []);
    }
  });

  it("says that there is no room left", async () => {
    await using full = answering(507, "<Error><Code>XMinioStorageFull</Code></Error>");
    using store = opened({ ...SOMEWHERE, endpoint: full.endpoint });
    const put = store.put("run-1", "a", await fileIn(folder.path));
    await assertKind(put, "disk-full", /there must be room left/);
  });
});

/** Removes what lies in a folder, if it is there. */
async function empty(folder: string): Promise<void> {
  const entries = await Array.fromAsync(Deno.readDir(folder)).catch(() => []);
  for (const { name } of entries) await Deno.remove(join(folder, name), { recursive: true });
}

/** A server that takes connections and never says anything. */
function silentServer() {
  const reached = Promise.withResolvers<void>();
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const connections: Deno.Conn[] = [];
  (async () => {
    for await (const connection of listener) {
      connections.push(connection);
      await connection.read(new Uint8Array(1));
      reached.resolve();
    }
  })();
  return {
    endpoint: `http://127.0.0.1:${listener.addr.port}`,
    /** When somebody has asked it something. */
    reached: reached.promise,
    [Symbol.dispose]() {
      listener.close();
      for (const connection of connections) connection.close();
    },
  };
}

/** A server whose answers break off after some bytes. */
function brokenServer(promised: number | undefined) {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const [length, body] = promised === undefined
    ? ["transfer-encoding: chunked", "a\r\n0123456789\r\n"]
    : [`content-length: ${promised}`, "0123456789"];
  (async () => {
    for await (const connection of listener) {
      using open = connection;
      await open.read(new Uint8Array(10_000));
      await open.write(new TextEncoder().encode(`HTTP/1.1 200 OK\r\n${length}\r\n\r\n${body}`));
    }
  })();
  return {
    endpoint: `http://127.0.0.1:${listener.addr.port}`,
    [Symbol.dispose]: () => listener.close(),
  };
}

/** A server that has one answer for everything. */
function answering(status: number, body: string) {
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    () => new Response(body, { status, headers: { "content-type": "application/xml" } }),
  );
  return {
    endpoint: `http://127.0.0.1:${server.addr.port}`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** A way to a server on which one text becomes another of the same length. */
function changing(endpoint: string, from: string, to: string) {
  const { hostname, port } = new URL(endpoint);
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  // Byte for byte, whatever it is.
  const change = (bytes: Uint8Array) =>
    Uint8Array.from(
      Array.from(bytes, (byte) => String.fromCharCode(byte)).join("").replaceAll(from, to),
      (sign) => sign.charCodeAt(0),
    );
  (async () => {
    for await (const client of listener) {
      const server = await Deno.connect({ hostname, port: Number(port) });
      client.readable
        .pipeThrough(new TransformStream({ transform: (chunk, out) => out.enqueue(change(chunk)) }))
        .pipeTo(server.writable).catch(() => {});
      server.readable.pipeTo(client.writable).catch(() => {});
    }
  })();
  return {
    endpoint: `http://127.0.0.1:${listener.addr.port}`,
    [Symbol.dispose]: () => listener.close(),
  };
}
