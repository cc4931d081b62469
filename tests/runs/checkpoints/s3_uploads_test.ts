/** Uploads that go to object storage past the server, by curl as people send them. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { after, before, describe, it } from "@std/testing/bdd";
import { fileURLToPath } from "node:url";
import { openUploadFolder } from "../../../data/uploads/upload_folder.ts";
import { DEFAULT_UPLOAD_LIMITS } from "../../../data/uploads/upload_store.ts";
import { openS3Uploads } from "../../../runs/checkpoints/s3_uploads.ts";
import { assertFails } from "../../support/errors.ts";
import { post } from "../../support/http.ts";
import { colouredImages, writeZip } from "../../support/image_files.ts";
import { present } from "../../support/present.ts";
import { startServerProcess } from "../../support/program.ts";
import { CLEARED } from "../../support/stack.ts";
import { folderPerTest } from "../../support/temporary_folder.ts";
import { until } from "../../support/until.ts";
import { type S3Server, skipReason, startS3Server } from "./s3_server.ts";

const HOUR = 3_600_000;
const BYTES = Uint8Array.from({ length: 70_000 }, (_, at) => (at * 31) ^ (at >> 8));

describe("an upload to object storage", { ignore: skipReason !== undefined }, () => {
  const folder = folderPerTest();
  let server: S3Server;
  let time = Date.now();
  before(async () => {
    server = await startS3Server();
  });
  after(async () => await server[Symbol.asyncDispose]());

  function open(limits: Partial<typeof DEFAULT_UPLOAD_LIMITS> = {}) {
    const direct = openS3Uploads(server.options);
    const uploads = openUploadFolder(folder.join("uploads"), {
      limits: { ...DEFAULT_UPLOAD_LIMITS, ...limits },
      direct,
      now: () => time,
    });
    return { uploads, direct };
  }
  const request = { fileName: "a.zip", bytes: BYTES.length, owner: "me", isDirect: true };

  /** Sends a file by `curl -T`; returns the status. */
  async function send(url: string, bytes: Uint8Array<ArrayBuffer>): Promise<number> {
    const path = folder.join("sent");
    await Deno.writeFile(path, bytes);
    const args = ["-sS", "-T", path, "-o", "/dev/null", "-w", "%{http_code}", url];
    const { success, stdout, stderr } = await new Deno.Command("curl", { args }).output();
    assert(success, new TextDecoder().decode(stderr));
    return Number(new TextDecoder().decode(stdout));
  }
  /** Lists the objects of uploads. */
  async function stored(): Promise<number> {
    const place = `${server.folder}/some/where/uploads`;
    const entries = await Array.fromAsync(Deno.readDir(place)).catch(() => []);
    return entries.filter(({ isFile }) => isFile).length;
  }

  it("takes the whole file by PUT, and is fetched where it is used", async () => {
    const { uploads } = open();
    const { id, directUrl } = await uploads.create(request);
    assertEquals((await uploads.find(id))?.received, 0);
    await assertFails(uploads.file(id), /must have 70000 bytes, got 0 so far/);
    assertEquals(await send(present(directUrl), BYTES), 200);
    assertEquals((await uploads.find(id))?.received, BYTES.length);
    assertEquals(await stored(), 1);
    const [one, other] = await Promise.all([uploads.file(id), uploads.file(id)]);
    assertEquals(await Deno.readFile(one.path), BYTES);
    assertEquals([other.path, await stored()], [one.path, 0]);
    assertEquals((await uploads.find(id))?.received, BYTES.length);
    assert(await uploads.remove(id));
  });

  it("takes no file of another size", async () => {
    const { uploads } = open();
    const { id, directUrl } = await uploads.create(request);
    for (const bytes of [BYTES.slice(1), new Uint8Array([...BYTES, 1])]) {
      assertEquals(await send(present(directUrl), bytes), 403);
    }
    assertEquals((await uploads.find(id))?.received, 0);
    assertEquals(await send(present(directUrl).replace(id, crypto.randomUUID()), BYTES), 403);
    assertEquals(await stored(), 0);
  });

  it("is removed when it expires, also if the file arrives later", async () => {
    const { uploads, direct } = open({ lifetimeMs: HOUR });
    const { id, directUrl } = await uploads.create(request);
    await send(present(directUrl), BYTES);
    time += 1.5 * HOUR;
    await uploads.removeExpired();
    assertEquals([await uploads.find(id), await stored()], [undefined, 0]);
    await send(present(directUrl), BYTES);
    await uploads.removeExpired();
    assertEquals(await stored(), 1);
    time += 1.5 * HOUR;
    await uploads.removeExpired();
    assertEquals([await stored(), await direct.size(id)], [0, undefined]);
    time = Date.now();
  });

  it("has the quotas of others", async () => {
    const { uploads } = open({ maxUnfinished: 1 });
    const { id, directUrl } = await uploads.create(request);
    await assertFails(uploads.create(request), /at most 1 uploads may be unfinished/);
    await send(present(directUrl), BYTES);
    const second = await uploads.create({ ...request, isDirect: false });
    for (const each of [id, second.id]) await uploads.remove(each);
    assertEquals(await stored(), 0);
  });

  it("stops nobody from sending files to the server while the storage is away", async () => {
    const { uploads } = open();
    await uploads.create(request);
    const away = openUploadFolder(folder.join("uploads"), {
      direct: openS3Uploads({ ...server.options, endpoint: "http://127.0.0.1:9" }),
      now: () => time,
    });
    assertEquals((await away.create({ ...request, isDirect: false })).received, 0);
    await assertFails(away.create(request), {
      name: "UploadError",
      message: /Cannot reach an upload: .*127\.0\.0\.1:9/,
    });
  });

  it("cannot be larger than an object", async () => {
    const { uploads } = open();
    await assertFails(
      uploads.create({ ...request, bytes: 6e9 }),
      /bytes must be a whole number between 1 and 5368709120, got 6000000000/,
    );
  });

  it("is imported by the server, and its object is removed", async () => {
    const env = {
      ...{ ...CLEARED, ...server.env, PORT: "0", HOST: "127.0.0.1", WORKERS: "0" },
      ...{ EPOCHQL_HOME: folder.path, EPOCHQL_CHECKPOINTS: "s3://checkpoints/some/where" },
    };
    const program = fileURLToPath(new URL("../../../main.ts", import.meta.url));
    const process = await startServerProcess({ args: ["-A", program], env });
    try {
      const ask = async (query: string, variables: Record<string, unknown>) => {
        const { data, errors } = await (await post(process.origin, { query, variables })).json();
        assertEquals(errors, undefined);
        return data;
      };
      const path = folder.join("colours.zip");
      await writeZip(path, colouredImages(10));
      const zip = await Deno.readFile(path);
      const { createUpload: { upload } } = await ask(
        "mutation ($input: CreateUploadInput!) { createUpload(input: $input) { upload { id url } } }",
        { input: { fileName: "colours.zip", bytes: zip.length, direct: true } },
      );
      assertMatch(upload.url, /^http:\/\/127\.0\.0\.1:.*X-Amz-Signature=/);
      assertEquals(await send(upload.url, zip), 200);
      const head = await fetch(`${process.origin}/uploads/${upload.id}`, { method: "HEAD" });
      assertEquals(head.headers.get("upload-offset"), String(zip.length));
      await ask(
        `mutation ($id: String!) {
          importDataset(input: {
            name: "colours", source: { upload: $id }, images: { width: 8, height: 8 }
          }) { dataset { state } }
        }`,
        { id: upload.id },
      );
      const { dataset } = await until("the dataset is ready", async () => {
        const found = await ask('{ dataset(name: "colours") { state problem trainSize } }', {});
        return found.dataset.state !== "IMPORTING" && found;
      });
      assertEquals(dataset, { state: "READY", problem: null, trainSize: 24 });
      await until("the object is removed", async () => await stored() === 0);
    } finally {
      await process.stop();
    }
  });
});

describe("a server without object storage", () => {
  const folder = folderPerTest();

  it("takes no direct upload, and names the input", async () => {
    const uploads = openUploadFolder(folder.path);
    await assertFails(
      uploads.create({ fileName: "a", bytes: 1, owner: "me", isDirect: true }),
      /direct must be false, as this server keeps its files in no object storage/,
    );
  });
});
