/** A dataset of one machine at another: by its server, and by a training in its terminal. */
import { assertEquals, assertMatch } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { fileURLToPath } from "node:url";
import { readConfig } from "../../../config.ts";
import { openFolderStore } from "../../../runs/checkpoints/folder.ts";
import { createDatasetFetcher } from "../../../runs/datasets/dataset_fetcher.ts";
import { serverPermissions } from "../../../server/permissions.ts";
import { post } from "../../support/http.ts";
import { startProgram, startServerProcess } from "../../support/program.ts";
import { importColours, shareUntilStored } from "../../support/shared_dataset.ts";
import { CLEARED } from "../../support/stack.ts";
import { folderPerTest } from "../../support/temporary_folder.ts";

const folder = folderPerTest();
const program = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));

/** Imports a dataset on one machine, shares it, and returns the environment of another machine. */
async function anotherMachine() {
  const checkpoints = openFolderStore(folder.join("checkpoints"));
  const first = folder.join("a", "data");
  const { version, reference } = await importColours(first, folder.join("colours.zip"));
  await (await shareUntilStored(first, checkpoints, version)).close();
  const env = {
    ...CLEARED,
    ...{ EPOCHQL_HOME: folder.join("b"), EPOCHQL_CHECKPOINTS: folder.join("checkpoints") },
    ...{ PORT: "0", HOST: "127.0.0.1", WORKERS: "0" },
  };
  return { reference, checkpoints, env };
}

/** Lists the imported datasets of the other machine. */
async function namesThere(): Promise<readonly string[]> {
  const entries = await Array.fromAsync(Deno.readDir(folder.join("b", "data", "imported")));
  return entries.map(({ name }) => name);
}

describe("a dataset that another machine has imported", () => {
  it("is described by a server without its samples, and fetched when they are asked for", async () => {
    const { reference, env } = await anotherMachine();
    const config = readConfig(new Map(Object.entries(env)));
    await using server = await startServer([...serverPermissions(config), program("main.ts")], env);
    const ask = async (query: string) =>
      await (await post(server.origin, { query, variables: { dataset: reference } })).json();
    const checked = await ask(`query ($dataset: String!) {
      checkTraining(input: { dataset: $dataset, network: { preset: MLP }, batchSize: 8, epochs: 1 }) {
        problems { message }
        steps
      }
    }`);
    assertEquals(checked.errors, undefined);
    assertEquals(checked.data.checkTraining.problems, []);
    assertEquals(checked.data.checkTraining.steps, 3);
    assertEquals(await namesThere(), []);

    const { data } = await ask(
      "query ($dataset: String!) { samples(dataset: $dataset, first: 3) { totalCount nodes { className } } }",
    );
    assertEquals(data.samples.totalCount, 24);
    assertEquals(await namesThere(), ["mine"]);

    const unknown = await ask(
      '{ checkTraining(input: { dataset: "other@' + "0".repeat(64) +
        '" }) { problems { message } } }',
    );
    assertMatch(JSON.stringify(unknown), /dataset must be/);
  });

  it("is found by its name, listed, trained on and deleted at another server", async () => {
    const { reference, checkpoints, env } = await anotherMachine();
    const config = readConfig(new Map(Object.entries(env)));
    await using server = await startServer([...serverPermissions(config), program("main.ts")], env);
    const ask = async (query: string) => await (await post(server.origin, { query })).json();
    const { data: listed } = await ask(
      '{ datasets { name trainSize } dataset(name: "mine") { version classCounts } }',
    );
    assertEquals(listed.datasets.at(-1), { name: "mine", trainSize: 24 });
    assertEquals(`mine@${listed.dataset.version}`, reference);
    assertEquals(listed.dataset.classCounts, [8, 8, 8]);

    const input = '{ dataset: "mine", network: { preset: MLP }, batchSize: 8, epochs: 1 }';
    const { data: checked } = await ask(`{ checkTraining(input: ${input}) { ok } }`);
    assertEquals(checked.checkTraining.ok, true);
    const { data: started } = await ask(
      `mutation { startTraining(input: ${input}) { run { id dataset } } }`,
    );
    const { id, dataset } = started.startTraining.run;
    assertEquals([dataset, await namesThere()], [reference, []]);

    const deleting = 'mutation { deleteDataset(name: "mine") { deletedName } }';
    assertEquals((await ask(deleting)).errors[0].extensions.code, "CONFLICT");
    await ask(`mutation { cancelTraining(runId: "${id}") { run { id } } }`);
    assertEquals((await ask(deleting)).data.deleteDataset.deletedName, "mine");
    assertEquals((await ask('{ dataset(name: "mine") { name } }')).data.dataset, null);
    assertEquals(await checkpoints.list(`dataset-${listed.dataset.version}`), []);
  });

  it("is listed, shown and deleted in a terminal", async () => {
    const { reference, env } = await anotherMachine();
    const datasets = (...args: string[]) =>
      startProgram({ args: ["-A", program("cli/datasets.ts"), ...args], env }).end;
    assertMatch((await datasets("list")).stdout, /^mine\tREADY\t/m);
    assertMatch((await datasets("show", "mine")).stdout, new RegExp(`^${reference}`));
    const taken = await datasets("import", folder.join("colours.zip"), "--name", "mine");
    assertEquals(taken.code, 1);
    assertMatch(taken.stderr, /a dataset of another machine has that name/);
    assertEquals((await datasets("delete", "mine")).code, 0);
    assertEquals((await datasets("show", "mine")).code, 1);
  });

  it("is trained on in a terminal", async () => {
    const { reference, env } = await anotherMachine();
    const train = (...args: string[]) =>
      startProgram({ args: ["-A", program("cli/train.ts"), ...args], env }).end;
    const wanted = [
      "--dataset",
      reference,
      "--preset",
      "mlp",
      "--epochs",
      "1",
      "--batch-size",
      "8",
    ];
    const checked = await train(...wanted, "--check");
    assertEquals(checked.code, 0, checked.stderr);
    const byName = await train(...wanted, "--dataset", "mine", "--check");
    assertEquals(byName.code, 0, byName.stderr);
    assertEquals(await namesThere(), []);
    const trained = await train(...wanted);
    assertEquals(trained.code, 0, trained.stderr);
    assertMatch(trained.stdout, /^Epoch: 1, /);
    assertEquals(await namesThere(), ["mine"]);

    for (const missing of [`other@${"0".repeat(64)}`, "other"]) {
      const refused = await train("--dataset", missing, "--epochs", "1");
      assertEquals(refused.code, 2);
      assertMatch(refused.stderr, /--dataset must be one of mnist, mine\./);
    }
  });

  it("is fetched once for all that ask at the same time", async () => {
    const { reference, checkpoints } = await anotherMachine();
    let fetched = 0;
    const { describe, fetch } = createDatasetFetcher({
      dataFolder: folder.join("b", "data"),
      checkpoints: () =>
        Promise.resolve({
          ...checkpoints,
          fetch(...args: Parameters<typeof checkpoints.fetch>) {
            fetched++;
            return checkpoints.fetch(...args);
          },
        }),
    });
    assertEquals((await describe(reference))?.classes, ["blue", "green", "red"]);
    assertEquals((await describe(reference))?.reference, reference);
    assertEquals(fetched, 1);
    await Promise.all([fetch(reference), fetch(reference)]);
    await fetch(reference);
    assertEquals(fetched, 4);
    assertEquals(await namesThere(), ["mine"]);
  });
});

async function startServer(args: readonly string[], env: Readonly<Record<string, string>>) {
  const server = await startServerProcess({ args, env });
  return { ...server, [Symbol.asyncDispose]: async () => void await server.stop() };
}
