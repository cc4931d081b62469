/**
 * Names of runs, checkpoints, datasets and files that clients send stay inside the server's folders. Beside them lies a
 * file that nobody may read or delete.
 */
import { assertEquals, assertMatch, assertNotMatch, assertRejects } from "@std/assert";
import { before, describe, it } from "@std/testing/bdd";
import { join } from "node:path";
import { resultsFolder, scratchFolder } from "../../../runs/paths.ts";
import { sendRaw } from "../../support/raw_client.ts";
import { useServer } from "../../support/start_server.ts";
import { checkpoint, claimRun, createRun } from "../../support/written_run.ts";

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
  const server = useServer({ hasPage: true, hasCheckpoints: true });
  let outside: string;
  let runId: string;
  before(async () => {
    outside = join(server.home, "../outside");
    await Deno.mkdir(outside);
    await Deno.writeTextFile(join(outside, "secret"), SECRET);
    await Deno.writeTextFile(join(outside, "secret.safetensors"), SECRET);
    runId = (await createRun(server.store)).id;
  });

  const globalId = (type: string, key: string) => btoa(`${type}:${key}`);
  const ask = async (query: string, variables: Record<string, unknown>) =>
    await (await server.post({ query, variables })).text();
  const mustBeThere = async () => {
    assertEquals(await Deno.readTextFile(join(outside, "secret")), SECRET);
    assertEquals(await Deno.readTextFile(join(outside, "secret.safetensors")), SECRET);
  };

  it("reach nothing by a path, in any spelling", async () => {
    const absolute = join(outside, "secret");
    const absolutes = [absolute, absolute.replaceAll("/", "%2f"), `file://${absolute}`];
    for (const attack of [...ATTACKS, ...absolutes]) {
      const targets = [
        ...[`/runs/${attack}`, `/runs/${attack}/history.json`, `/runs/${attack}/log.ndjson`],
        ...[`/runs/${runId}/${attack}`, `/runs/${runId}/../${attack}`],
        `/runs/${encodeURIComponent(globalId("Run", attack))}/log.ndjson`,
        ...[`/assets/${attack}`, `/assets/../${attack}`, `/${attack}`, attack],
      ];
      for (const target of targets) {
        const { text: answer } = await sendRaw(server.origin, target);
        assertNotMatch(answer, new RegExp(SECRET), target);
        assertMatch(answer, /^HTTP\/1\.1 (302|400|404) |^$/, target);
      }
    }
  });

  it("are no run, and delete nothing", async () => {
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

  it("are no checkpoint", async () => {
    const query = `query($id: ID!, $file: String!, $pixels: [Int!]!) {
      run(id: $id) { confusionMatrix(checkpoint: $file) { accuracy } kernels(checkpoint: $file) { checkpoint { file } } }
      predict(runId: $id, checkpoint: $file, pixels: $pixels) { label }
    }`;
    const pixels = Array(784).fill(9);
    for (const attack of [...ATTACKS, join(outside, "secret.safetensors")]) {
      const answer = await ask(query, { id: globalId("Run", runId), file: attack, pixels });
      assertNotMatch(answer, new RegExp(`${SECRET}|INTERNAL`), attack);
      assertMatch(answer, /"(NOT_FOUND|BAD_USER_INPUT)"/, attack);
    }
  });

  it("are no dataset, nor a sample of one", async () => {
    for (const attack of [...ATTACKS, outside, "mnist/../../outside", "MNIST\0"]) {
      for (
        const field of ["samples(dataset: $name) { totalCount }", "batch(dataset: $name) { id }"]
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

  it("are not followed as links in a run's own folder", async () => {
    const { key: runId, append, trainEpoch, complete } = await claimRun(server.store);
    const { home } = server;
    await trainEpoch();
    await append({ ...checkpoint(1, 4), bytes: SECRET.length });
    const folder = join(home, "checkpoints", runId);
    await Deno.mkdir(folder, { recursive: true });
    await Deno.symlink(join(outside, "secret.safetensors"), join(folder, "step-4.safetensors"));
    const id = globalId("Run", runId);
    const answer = await ask("query($id: ID!) { run(id: $id) { kernels { layer } } }", { id });
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
    await server.ask("mutation($id: ID!) { deleteRun(runId: $id) { deletedRunId } }", { id });
    const scratch = join(scratchFolder(home), `${runId}-1`);
    for (const link of [folder, resultsFolder(home, runId), scratch]) {
      await assertRejects(() => Deno.lstat(link), Deno.errors.NotFound);
    }
    await mustBeThere();
  });
});
