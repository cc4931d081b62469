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
import { runExample, runRefused, runRevoked } from "./example_run.ts";

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

/** Reason of a refused token, as far as the client passes it on: sgqlc and gql with aiohttp drop it. */
const REFUSAL =
  /\b4?401\b|UNAUTHENTICATED|Cannot answer without a token|connection_error|Connection was closed/;

describe("examples/clients/", () => {
  const results = runnable.map(([name, example]) => ({
    name,
    example,
    whole: Promise.withResolvers<readonly number[]>(),
    revoked: Promise.withResolvers<string>(),
  }));
  for (const { whole, revoked } of results) {
    whole.promise.catch(() => {});
    revoked.promise.catch(() => {});
  }
  before(() => {
    const waiting = results.values();
    for (let lane = 0; lane < CONCURRENCY; lane++) void runAll(waiting);
  });
  after(() => Deno.remove(scratch, { recursive: true }));

  async function runAll(waiting: Iterable<typeof results[number]>): Promise<void> {
    for (const { example, whole, revoked } of waiting) {
      await runExample(example).then(whole.resolve, whole.reject);
      await runRevoked(example).then(revoked.resolve, revoked.reject);
    }
  }

  for (const { name, whole, revoked } of results) {
    it(`${name} prints every epoch once over a restart of the server`, async () => {
      assertEquals(await whole.promise, [1, 2, 3, 4, 5]);
    });

    it(`${name} ends with the reason where its token is no longer accepted`, async () => {
      assertMatch(await revoked.promise, REFUSAL);
    });
  }

  for (const [name, example] of runnable.filter(([, { starts }]) => starts === false)) {
    it(`${name} ends where its token is refused`, async () => {
      assertMatch(await runRefused(example), REFUSAL);
    });
  }
});

describe("docs/clients.md", () => {
  const isExample = (path: string) =>
    /\.(py|ts|mjs|go|java|rs|kt|sh)$/.test(path) && !/gql_aiohttp.py$|build.rs$/.test(path);
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
