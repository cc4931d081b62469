/**
 * Whatever clients name (runs, checkpoints, datasets, files) stays inside the configured folders. Beside them lies a file
 * that nobody may read, and that nobody may delete.
 */
import { assertEquals, assertMatch, assertNotMatch, assertRejects } from "@std/assert";
import { after, before, describe, it } from "@std/testing/bdd";
import { join } from "node:path";
import { openFolderStore } from "../../../runs/checkpoints/folder.ts";
import { createCheckpointEvaluator } from "../../../runs/reading/checkpoint_evaluator.ts";
import { deleteRun } from "../../../runs/delete_run.ts";
import { resultsFolder, scratchFolder } from "../../../runs/paths.ts";
import type { RunStore } from "../../../runs/store/store.ts";
import { openStore } from "../../../runs/store/open.ts";
import { createStaticFiles } from "../../../server/http/static_files.ts";
import { readManifest } from "../../../server/http/page_manifest.ts";
import { post } from "../../support/http.ts";
import { writeAssets } from "../../support/page_assets.ts";
import { startServer, type TestServer } from "../../support/start_server.ts";
import { claimRun, createRun } from "../../support/written_run.ts";

const SECRET = "the-secret-outside";

/** Ways to say 'the file outside', from some levels below. */
const ATTACKS: readonly string[] = [
  "../outside/secret",
  "../../outside/secret",
  "..%2foutside%2fsecret",
  "%2e%2e/outside/secret",
  "%2e%2e%2foutside%2fsecret",
  "%252e%252e%252foutside%252fsecret",
  "..\\outside\\secret",
  "....//outside/secret",
  "..;/outside/secret",
  "%00../outside/secret",
  "secret%00.safetensors",
  "secret\0",
  "%c0%ae%c0%ae/outside/secret",
];

describe("names that lead elsewhere", () => {
  let root: string;
  let home: string;
  let outside: string;
  let store: RunStore;
  let server: TestServer;
  let runId: string;
  before(async () => {
    root = await Deno.makeTempDir({ prefix: "epochql-paths-" });
    home = join(root, "home");
    outside = join(root, "outside");
    await Deno.mkdir(outside);
    await Deno.mkdir(join(home, "assets"), { recursive: true });
    await Deno.writeTextFile(join(outside, "secret"), SECRET);
    await Deno.writeTextFile(join(outside, "secret.safetensors"), SECRET);
    const assets = new URL(`file://${home}/assets/`);
    await writeAssets(assets);
    store = await openStore({ home });
    const checkpoints = openFolderStore(join(home, "checkpoints"));
    server = await startServer({
      store,
      staticFiles: createStaticFiles(assets, readManifest),
      evaluator: createCheckpointEvaluator({
        checkpoints: () => Promise.resolve(checkpoints),
        scratch: scratchFolder(home),
      }),
      deleteRun: (id) => deleteRun({ store, checkpoints, home }, id),
    });
    runId = (await createRun(store)).id;
  });
  after(async () => {
    await server[Symbol.asyncDispose]();
    await store.close();
    await Deno.remove(root, { recursive: true });
  });

  const globalId = (type: string, key: string) => btoa(`${type}:${key}`);
  const ask = async (query: string, variables: Record<string, unknown>) =>
    await (await post(server.origin, { query, variables })).text();
  const mustBeThere = async () => {
    assertEquals(await Deno.readTextFile(join(outside, "secret")), SECRET);
    assertEquals(await Deno.readTextFile(join(outside, "secret.safetensors")), SECRET);
  };

  it("find nothing in a path, however they are written", async () => {
    const absolute = join(outside, "secret");
    for (
      const attack of [...ATTACKS, absolute, absolute.replaceAll("/", "%2f"), `file://${absolute}`]
    ) {
      for (
        const target of [
          `/runs/${attack}`,
          `/runs/${attack}/history.json`,
          `/runs/${attack}/log.ndjson`,
          `/runs/${runId}/${attack}`,
          `/runs/${runId}/../${attack}`,
          `/runs/${encodeURIComponent(globalId("Run", attack))}/log.ndjson`,
          `/assets/${attack}`,
          `/assets/../${attack}`,
          `/${attack}`,
          attack,
        ]
      ) {
        const answer = await rawGet(server.origin, target);
        assertNotMatch(answer, new RegExp(SECRET), target);
        assertMatch(answer, /^HTTP\/1\.1 (302|400|404) |^$/, target);
      }
    }
  });

  it("name no run, and delete nothing", async () => {
    for (const attack of [...ATTACKS, join(outside, "secret"), "../../outside", ".", "..", "/"]) {
      const id = globalId("Run", attack);
      assertNotMatch(await ask("query($id: ID!) { run(id: $id) { name } }", { id }), /"name"/);
      assertMatch(
        await ask("mutation($id: ID!) { deleteRun(runId: $id) { deletedRunId } }", { id }),
        /"(NOT_FOUND|BAD_USER_INPUT)"/,
      );
    }
    await mustBeThere();
  });

  it("name no checkpoint", async () => {
    const query = `query($id: ID!, $file: String!, $pixels: [Int!]!) {
      run(id: $id) { confusionMatrix(checkpoint: $file) { accuracy } kernels(checkpoint: $file) { checkpoint { file } } }
      predict(runId: $id, checkpoint: $file, pixels: $pixels) { label }
    }`;
    const pixels = Array(784).fill(0);
    for (const attack of [...ATTACKS, join(outside, "secret.safetensors")]) {
      const answer = await ask(query, { id: globalId("Run", runId), file: attack, pixels });
      assertNotMatch(answer, new RegExp(`${SECRET}|INTERNAL`), attack);
      assertMatch(answer, /"(NOT_FOUND|BAD_USER_INPUT)"/, attack);
    }
  });

  it("name no dataset, nor a sample of one", async () => {
    for (const attack of [...ATTACKS, outside, "mnist/../../outside", "MNIST\0"]) {
      for (
        const field of [
          "samples(dataset: $name) { totalCount }",
          "batch(dataset: $name) { number }",
        ]
      ) {
        const answer = await ask(`query($name: String!) { ${field} }`, { name: attack });
        assertMatch(answer, /"BAD_USER_INPUT"/, attack);
      }
      const input = { dataset: attack };
      const start =
        "mutation($input: StartTrainingInput!) { startTraining(input: $input) { run { id } } }";
      assertMatch(await ask(start, { input }), /"BAD_USER_INPUT"/);
      const id = globalId("Sample", `${attack}:train:0`);
      assertNotMatch(await ask("query($id: ID!) { node(id: $id) { id } }", { id }), /"node":\{/);
    }
  });

  it("are not followed where they are links, in a run's own folder", async () => {
    const sha256 = "0f".repeat(32);
    const { key: runId, append, trainEpoch, complete } = await claimRun(store);
    await trainEpoch();
    await append({
      type: "checkpoint",
      epoch: 1,
      step: 4,
      file: "step-4.safetensors",
      bytes: SECRET.length,
      sha256,
      reason: "epoch",
      testAcc: 0.5,
    });
    const folder = join(home, "checkpoints", runId);
    await Deno.mkdir(folder, { recursive: true });
    await Deno.symlink(join(outside, "secret.safetensors"), join(folder, "step-4.safetensors"));
    const answer = await ask(
      "query($id: ID!) { run(id: $id) { kernels { layer } } }",
      { id: globalId("Run", runId) },
    );
    assertNotMatch(answer, new RegExp(SECRET));
    assertMatch(answer, /"errors"/);

    // A whole folder that is a link goes, and what it leads to stays.
    await Deno.remove(folder, { recursive: true });
    await Deno.symlink(outside, folder);
    await Deno.mkdir(join(home, "runs"), { recursive: true });
    await Deno.symlink(outside, resultsFolder(home, runId));
    await Deno.mkdir(scratchFolder(home), { recursive: true });
    await Deno.symlink(outside, join(scratchFolder(home), `${runId}-1`));
    await complete();
    await server.ask("mutation($id: ID!) { deleteRun(runId: $id) { deletedRunId } }", {
      id: globalId("Run", runId),
    });
    for (
      const link of [folder, resultsFolder(home, runId), join(scratchFolder(home), `${runId}-1`)]
    ) {
      await assertRejects(() => Deno.lstat(link), Deno.errors.NotFound);
    }
    await mustBeThere();
  });
});

/** The answer to a GET of a target as it is written, which fetch() would tidy up. */
async function rawGet(origin: string, target: string): Promise<string> {
  const { hostname, port } = new URL(origin);
  const connection = await Deno.connect({ hostname, port: Number(port) });
  const request = `GET ${target} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`;
  await connection.write(new TextEncoder().encode(request));
  return await new Response(connection.readable).text();
}
