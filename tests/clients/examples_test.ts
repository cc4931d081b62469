/**
 * The examples in examples/clients/ print every epoch of a run once, over a restart of the server.
 * What needs a tool that is not here, or packages that cannot be installed, is skipped with a message;
 * Go takes long, and is used with EPOCHQL_TEST_CLIENTS=all only.
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { after, before, describe, it } from "@std/testing/bdd";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type ExampleCommand, runExample, runRefused } from "./example_run.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const FOLDER = join(ROOT, "examples/clients");
/** Examples that run at a time: they wait more than they compute. */
const CONCURRENCY = 4;

/** Examples of a language; `missing` says why they cannot run here. */
interface Language {
  readonly examples: Readonly<Record<string, ExampleCommand>>;
  readonly missing?: string;
}

const scratch = Deno.makeTempDirSync({ prefix: "epochql-clients-" });

/** Runs a command and returns what it printed if it failed. */
async function problemOf(
  command: string,
  args: readonly string[],
  options: Deno.CommandOptions = {},
): Promise<string | undefined> {
  const shown = `${command} ${args.slice(0, 2).join(" ")}`;
  try {
    const { success, stdout, stderr } = await new Deno.Command(command, {
      ...options,
      args: [...args],
      stdin: "null",
    }).output();
    const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes).trim());
    return success ? undefined : `${shown}: ${err || out}`;
  } catch (error) {
    return `${shown}: ${error}`;
  }
}

/** Copies a folder of examples with the schema, as code is generated beside them. */
async function copyFolder(language: string): Promise<string> {
  const folder = join(scratch, "examples/clients", language);
  await Deno.mkdir(folder, { recursive: true });
  await Deno.copyFile(join(ROOT, "schema.graphql"), join(scratch, "schema.graphql"));
  for (const { name, isFile } of Deno.readDirSync(join(FOLDER, language))) {
    if (isFile) await Deno.copyFile(join(FOLDER, language, name), join(folder, name));
  }
  return folder;
}

async function prepareTypescript(): Promise<Language> {
  const cwd = join(FOLDER, "typescript");
  const names = Deno.readDirSync(cwd).map(({ name }) => name).filter((name) => name.endsWith(".ts"))
    .toArray().sort();
  const missing = await problemOf(Deno.execPath(), ["cache", "-q", ...names], { cwd });
  const examples = Object.fromEntries(names.map((name) => {
    const args = ["run", "-A", "--no-check", "--cached-only", name];
    const starts = name === "event_source.ts" ? { starts: false as const } : {};
    return [`typescript/${name}`, { command: Deno.execPath(), args, cwd, ...starts }];
  }));
  return { examples, ...(missing ? { missing } : {}) };
}

async function preparePython(): Promise<Language> {
  const cwd = await copyFolder("python");
  const install = (requirements: string, target: string) =>
    problemOf("python3", ["-m", "pip", "install", "-q", "--target", target, "-r", requirements], {
      cwd,
    });
  const [gql, others] = [join(scratch, "gql"), join(scratch, "others")];
  const environment = (folder: string) => ({
    PYTHONPATH: `${folder}:${cwd}`,
    PATH: `${folder}/bin:${Deno.env.get("PATH")}`,
  });
  const problems = await Promise.all([
    install("requirements-gql.txt", gql),
    install("requirements.txt", others),
  ]);
  const missing = problems.find((problem) => problem !== undefined) ??
    await problemOf("python3", ["-m", "ariadne_codegen"], { cwd, env: environment(others) });
  const example = (name: string, folder: string): [string, ExampleCommand] => [
    `python/${name}`,
    { command: "python3", args: [name], cwd, env: environment(folder) },
  ];
  const examples = Object.fromEntries([
    example("gql_websockets.py", gql),
    example("gql_aiohttp.py", gql),
    example("ariadne_codegen_client.py", others),
    example("sgqlc_client.py", others),
  ]);
  return { examples, ...(missing ? { missing } : {}) };
}

/** Builds with Go, which takes a minute or more where nothing is cached. */
async function prepareGo(): Promise<Language> {
  const cwd = await copyFolder("go");
  const examples = { "go/main.go": { command: join(cwd, "follow"), args: [], cwd } };
  if (Deno.env.get("EPOCHQL_TEST_CLIENTS") !== "all") {
    return { examples, missing: "EPOCHQL_TEST_CLIENTS must be all" };
  }
  const missing = await problemOf("go", ["generate"], { cwd }) ??
    await problemOf("go", ["build", "-o", "follow", "."], { cwd });
  return { examples, ...(missing ? { missing } : {}) };
}

async function prepareCurl(): Promise<Language> {
  const missing = await problemOf("curl", ["--version"]);
  const follow = { command: "bash", args: ["follow.sh"], cwd: join(FOLDER, "curl") };
  return {
    examples: { "curl/follow.sh": { ...follow, starts: false } },
    ...(missing ? { missing } : {}),
  };
}

const languages = await Promise.all([
  prepareTypescript(),
  preparePython(),
  prepareCurl(),
  prepareGo(),
]);
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
    /\.(py|ts|go|sh)$/.test(path) && !path.endsWith("gql_aiohttp.py");
  const paths = ["curl", "go", "python", "typescript"].flatMap((language) =>
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
