/**
 * The examples in examples/clients/ print every epoch of a run once, over a restart of the server.
 * What needs a tool that is not here, or packages that cannot be installed, is skipped with a message;
 * compiled languages take long, and are used with EPOCHQL_TEST_CLIENTS=all only.
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { after, before, describe, it } from "@std/testing/bdd";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { prepareLanguages } from "./example_languages.ts";
import { type ExampleCommand, runExample, runRefused } from "./example_run.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const FOLDER = join(ROOT, "examples/clients");
/** Examples that run at a time: they wait more than they compute. */
const CONCURRENCY = 4;

const scratch = Deno.makeTempDirSync({ prefix: "epochql-clients-" });
const languages = await prepareLanguages(scratch);
const runnable = languages.flatMap(({ examples, missing }) =>
  missing === undefined ? Object.entries(examples) : []
);
for (const { examples, missing } of languages) {
  if (missing) console.warn(`Skipped: ${Object.keys(examples).join(", ")}: ${missing}`);
}

describe("examples/clients/", () => {
  const results = new Map<string, PromiseWithResolvers<readonly number[]>>(
    runnable.map(([name]) => [name, Promise.withResolvers()]),
  );
  for (const { promise } of results.values()) promise.catch(() => {});
  before(() => {
    const waiting = runnable.values();
    for (let lane = 0; lane < CONCURRENCY; lane++) void runAll(waiting);
  });
  after(() => Deno.remove(scratch, { recursive: true }));

  async function runAll(waiting: Iterable<[string, ExampleCommand]>): Promise<void> {
    for (const [name, example] of waiting) {
      const run = runExample(example);
      const result = results.get(name);
      await run.then(result?.resolve, result?.reject);
    }
  }

  for (const [name, { promise }] of results) {
    it(`${name} prints every epoch once over a restart of the server`, async () => {
      assertEquals(await promise, [1, 2, 3, 4, 5]);
    });
  }

  for (const [name, example] of runnable.filter(([, { starts }]) => starts === false)) {
    it(`${name} ends where its token is refused`, async () => {
      assertMatch(await runRefused(example), /401/);
    });
  }
});

describe("docs/clients.md", () => {
  const isExample = (path: string) =>
    /\.(py|ts|go|java|rs|kt|sh)$/.test(path) && !path.endsWith("gql_aiohttp.py");
  const languages = Deno.readDirSync(FOLDER).filter(({ isDirectory }) => isDirectory).toArray();
  const paths = languages.flatMap(({ name: language }) =>
    Deno.readDirSync(join(FOLDER, language)).map(({ name }) => `${language}/${name}`).toArray()
  ).filter(isExample);

  for (const path of paths) {
    it(`shows ${path} as it is`, async () => {
      const [document, program] = await Promise.all([
        Deno.readTextFile(join(ROOT, "docs/clients.md")),
        Deno.readTextFile(join(FOLDER, path)),
      ]);
      assert(document.includes(`\n${program}\`\`\`\n`));
    });
  }
});
