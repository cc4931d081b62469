/** Imports through the API: what a client asks for, follows, cancels and deletes. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { join } from "node:path";
import { createClient } from "graphql-ws";
import { assertRefused, bearer } from "../support/http.ts";
import { colouredImages, png, zipOf } from "../support/image_files.ts";
import {
  askDataset,
  importEnded,
  importZip,
  startImport,
  upload,
} from "../support/imported_server.ts";
import { startServer, useServer } from "../support/start_server.ts";
import { until } from "../support/until.ts";

const IMAGES = { width: 8, height: 6, color: "RGB", fit: "STRETCH" };
const IMPORT = `mutation ($input: ImportDatasetInput!) {
  importDataset(input: $input) { dataset { name } }
}`;
const CANCEL = "mutation ($name: String!) { cancelImport(name: $name) { dataset { state } } }";
const DELETE = "mutation ($name: String!) { deleteDataset(name: $name) { deletedName } }";

describe("an imported dataset", () => {
  const server = useServer({ hasImports: true });

  it("comes of an upload, which is gone then, and is listed with all that is known", async () => {
    const id = await upload(server, "colours.zip", await zipOf(colouredImages(10)));
    await startImport(server, { name: "colours", source: { upload: id }, images: IMAGES });
    const { version, createdAt, bytes, mean, std, ...dataset } = await importEnded(
      server,
      "colours",
    );
    assertEquals(dataset, {
      name: "colours",
      state: "READY",
      imported: 30,
      total: 30,
      problem: null,
      problems: [],
      problemCount: 0,
      trainSize: 24,
      testSize: 6,
      classes: ["blue", "green", "red"],
      imageShape: [3, 6, 8],
      trainCounts: [8, 8, 8],
      testCounts: [2, 2, 2],
    });
    assertMatch(version, /^[0-9a-f]{64}$/);
    assert(Date.parse(createdAt) > 0 && bytes > 30 * 144);
    assertEquals([mean.length, std.length], [3, 3]);
    const { datasets } = await server.ask("{ datasets { name state } }");
    assertEquals(datasets.at(-1), { name: "colours", state: "READY" });
    await until("the upload is removed", async () => {
      const { status } = await fetch(`${server.origin}/uploads/${id}`, { method: "HEAD" });
      return status === 404;
    });
  });

  it("is refused under a name that is taken, and trained on by its version", async () => {
    await importZip(server, "taken", await zipOf(colouredImages(5)), { images: IMAGES });
    const id = await upload(server, "again.zip", await zipOf(colouredImages(2)));
    await assertRefused(
      server.post({
        query: IMPORT,
        variables: { input: { name: "taken", source: { upload: id } } },
      }),
      { code: "CONFLICT", message: /Cannot import 'taken': a dataset has that name/ },
    );
    const { startTraining: { run } } = await server.ask(
      `mutation { startTraining(input: { dataset: "taken", network: { preset: MLP } }) { run { input } } }`,
    );
    assertMatch(run.input.dataset, /^taken@[0-9a-f]{64}$/);
  });

  it("is deleted once no run needs it any more", async () => {
    await importZip(server, "used", await zipOf(colouredImages(5)), { images: IMAGES });
    const { startTraining: { run } } = await server.ask(
      `mutation { startTraining(input: { dataset: "used", network: { preset: MLP } }) { run { id } } }`,
    );
    const remove = { query: DELETE, variables: { name: "used" } };
    const used = /^Dataset 'used' is used by the run '.*', which is queued/;
    await assertRefused(server.post(remove), { code: "CONFLICT", message: used });
    await server.ask(`mutation { cancelTraining(runId: "${run.id}") { run { state } } }`);
    assertEquals((await server.ask(DELETE, { name: "used" })).deleteDataset.deletedName, "used");
    assertEquals(await askDataset(server, "used"), null);
    await assertRefused(server.post(remove), { code: "NOT_FOUND" });
    const builtIn = { code: "BAD_USER_INPUT", message: /got the built-in 'mnist'/ };
    await assertRefused(server.post({ query: DELETE, variables: { name: "mnist" } }), builtIn);
  });

  it("is followed from the import's beginning to its end", async () => {
    const client = createClient({ url: server.socketUrl, webSocketImpl: WebSocket });
    const events = client.iterate<{ datasetImports: { state: string; imported: number } }>({
      query: `subscription { datasetImports(name: "followed") { state imported } }`,
    });
    const id = await upload(server, "followed.zip", await zipOf(colouredImages(5)));
    const first = events.next();
    await startImport(server, { name: "followed", source: { upload: id }, images: IMAGES });
    let last = (await first).value?.data?.datasetImports;
    while (last?.state === "IMPORTING") last = (await events.next()).value?.data?.datasetImports;
    assertEquals(last, { state: "READY", imported: 15 });
    await client.dispose();
  });

  it("does not come of a source without images of two classes, and leaves nothing to train on", async () => {
    const cases: readonly [name: string, files: Record<string, Uint8Array>, problem: RegExp][] = [
      ["empty", {}, /must hold files, got none/],
      ["single", { "red/1.png": png(4, 4, [1, 1, 1]) }, /must have 2 to 1000 classes, got 1/],
    ];
    for (const [name, files, problem] of cases) {
      const dataset = await importZip(server, name, await zipOf(files), { images: IMAGES });
      assertEquals(dataset.state, "FAILED");
      assertMatch(dataset.problem, problem);
      const query = `mutation { startTraining(input: { dataset: "${name}" }) { run { id } } }`;
      const message =
        /Cannot train with dataset '\w+': its import must have ended as READY, got FAILED/;
      await assertRefused(server.post({ query }), { code: "BAD_USER_INPUT", message });
    }
    // What has failed gives its name back.
    const again = await importZip(server, "single", await zipOf(colouredImages(2)));
    assertEquals([again.state, again.problem], ["READY", null]);
  });

  it("leaves out a truncated image in the middle, and names it", async () => {
    const whole = png(40, 40, crypto.getRandomValues(new Uint8Array(4800)));
    const files = { ...colouredImages(4), "green/cut.png": whole.subarray(0, whole.length / 2) };
    const dataset = await importZip(server, "cut", await zipOf(files), { images: IMAGES });
    assertEquals([dataset.state, dataset.imported, dataset.problemCount], ["READY", 12, 1]);
    assertEquals(dataset.problems[0].file, "green/cut.png");
    const { message } = dataset.problems[0];
    assertMatch(message, /must be a whole image, got one that is damaged or cannot be decoded/);
  });
});

describe("the input of an import", () => {
  it("is refused with every problem and its path", async () => {
    await using server = await startServer({ hasImports: true });
    const input = {
      name: "Not a name",
      source: { upload: "none" },
      format: "AUTO",
      images: { width: 0, height: 8 },
      testShare: 1,
      seed: -1,
    };
    const response = await server.post({ query: IMPORT, variables: { input } });
    const { errors } = await response.json();
    const { code, problems } = errors[0].extensions;
    assertEquals(code, "BAD_USER_INPUT");
    const paths = problems.map(({ path }: { path: string[] }) => path.slice(1).join("."));
    assertEquals(paths, ["source.upload", "name", "images.width", "testShare", "seed"]);
    assertMatch(problems[0].message, /^Cannot import: source\.upload must be complete/);
    assertMatch(problems[2].message, /^Cannot import: images\.width must be between 1 and 1024/);
  });

  it("may name a path below the folder of sources, which leads nowhere else", async () => {
    await using server = await startServer({ hasImports: true });
    const sources = join(server.home, "..", "sources");
    await Deno.mkdir(sources);
    for (const [path, bytes] of Object.entries(colouredImages(2, "mine/"))) {
      await Deno.mkdir(join(sources, path, ".."), { recursive: true });
      await Deno.writeFile(join(sources, path), bytes);
    }
    await Deno.symlink(server.home, join(sources, "link"));
    await startImport(server, { name: "mine", source: { path: "mine" } });
    assertEquals((await importEnded(server, "mine")).imported, 6);
    const wrong = ["../home", "link", "link/data", "mine/../../home", "/etc", "absent", "a\0b"];
    for (const path of wrong) {
      const variables = { input: { name: "out", source: { path } } };
      const refusal = { code: "BAD_USER_INPUT", message: /^Cannot import: source\.path must be / };
      await assertRefused(server.post({ query: IMPORT, variables }), refusal, path);
    }
    assertEquals(await askDataset(server, "out"), null);
  });

  it("may name a path in the scope admin only, and an upload of the client's own", async () => {
    const tokens = (["read", "write", "admin"] as const).map((scope) => (
      { name: scope, scope, secret: `${scope}-0123456789abcdef` }
    ));
    await using server = await startServer({ hasImports: true, tokens });
    const headersOf = (scope: string) => bearer(`${scope}-0123456789abcdef`);
    const as = (scope: string, source: unknown) => {
      const variables = { input: { name: "mine", source } };
      return server.post({ query: IMPORT, variables }, headersOf(scope));
    };
    await assertRefused(as("read", { path: "mine" }), { code: "FORBIDDEN" });
    const scope = /scope must be 'admin' for source\.path, got 'write'/;
    await assertRefused(as("write", { path: "mine" }), { code: "FORBIDDEN", message: scope });
    await assertRefused(as("admin", { path: "mine" }), { code: "BAD_USER_INPUT" });
    const query = `mutation { createUpload(input: { fileName: "a", bytes: 1 }) { upload { id } } }`;
    const { createUpload } = await server.ask(query, {}, headersOf("admin"));
    const message = /source\.upload must be complete\. Cannot find the upload/;
    const others = as("write", { upload: createUpload.upload.id });
    await assertRefused(others, { code: "BAD_USER_INPUT", message });
  });
});

describe("cancelImport", () => {
  it("refuses a dataset that is ready, and one that is not there", async () => {
    await using server = await startServer({ hasImports: true });
    await importZip(server, "mine", await zipOf(colouredImages(2)));
    const cancel = (name: string) => server.post({ query: CANCEL, variables: { name } });
    await assertRefused(cancel("mine"), { code: "CONFLICT", message: /already imported/ });
    await assertRefused(cancel("none"), { code: "NOT_FOUND" });
    await assertRefused(cancel("mnist"), { code: "BAD_USER_INPUT" });
  });
});
