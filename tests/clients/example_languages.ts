/**
 * Prepares the examples in examples/clients/: installs their packages, generates and compiles in a temporary folder.
 * Those of a language whose tools or packages are not here say why.
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ExampleCommand } from "./example_run.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const FOLDER = join(ROOT, "examples/clients");

/** Examples of a language; `missing` says why they cannot run here. */
export interface Language {
  readonly examples: Readonly<Record<string, ExampleCommand>>;
  readonly missing?: string;
}

/** Prepares all examples; `scratch` is an empty folder for what is installed and built. */
export function prepareLanguages(scratch: string): Promise<readonly Language[]> {
  return Promise.all([
    prepareTypescript(),
    prepareGeneratedTypescript(scratch),
    preparePython(scratch),
    prepareCurl(),
    prepareGo(scratch),
    prepareJava(scratch),
    prepareKotlin(scratch),
    prepareRust(scratch),
  ]);
}

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
async function copyFolder(language: string, scratch: string): Promise<string> {
  const folder = join(scratch, "examples/clients", language);
  await Deno.mkdir(folder, { recursive: true });
  await Deno.copyFile(join(ROOT, "schema.graphql"), join(scratch, "schema.graphql"));
  for (const { name, isFile } of Deno.readDirSync(join(FOLDER, language))) {
    if (isFile) await Deno.copyFile(join(FOLDER, language, name), join(folder, name));
  }
  return folder;
}

/** Makes the examples of a folder that Deno runs. */
function denoExamples(language: string, names: readonly string[], cwd: string) {
  return Object.fromEntries(names.map((name): [string, ExampleCommand] => {
    const args = ["run", "-A", "--no-check", "--cached-only", name];
    const starts = name === "event_source.ts" ? { starts: false as const } : {};
    return [`${language}/${name}`, { command: Deno.execPath(), args, cwd, ...starts }];
  }));
}

async function prepareTypescript(): Promise<Language> {
  const cwd = join(FOLDER, "typescript");
  const names = Deno.readDirSync(cwd).map(({ name }) => name).filter((name) => name.endsWith(".ts"))
    .toArray().sort();
  const missing = await problemOf(Deno.execPath(), ["cache", "-q", ...names], { cwd });
  return { examples: denoExamples("typescript", names, cwd), ...(missing ? { missing } : {}) };
}

/** Generates types and documents from schema.graphql, and checks the programs with them. */
async function prepareGeneratedTypescript(scratch: string): Promise<Language> {
  const cwd = await copyFolder("typescript_codegen", scratch);
  const names = ["gql_tada.ts", "graphql_codegen.ts", "relay.ts"];
  const problems = await Promise.all(
    ["gql-tada", "graphql-codegen", "relay"].map((task) =>
      problemOf(Deno.execPath(), ["task", task], { cwd })
    ),
  );
  const missing = problems.find((problem) => problem !== undefined) ??
    await problemOf(Deno.execPath(), ["cache", "-q", ...names], { cwd });
  const mistake = missing
    ? undefined
    : await problemOf(Deno.execPath(), ["check", ...names], { cwd });
  if (mistake) throw new Error(mistake);
  return {
    examples: denoExamples("typescript_codegen", names, cwd),
    ...(missing ? { missing } : {}),
  };
}

async function preparePython(scratch: string): Promise<Language> {
  const cwd = await copyFolder("python", scratch);
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

/** Copies and builds the examples of a language whose tools take minutes where nothing is cached. */
async function prepareCompiled(
  language: string,
  scratch: string,
  examples: (cwd: string) => Language["examples"],
  build: readonly (readonly [command: string, ...args: string[]])[],
): Promise<Language> {
  const cwd = await copyFolder(language, scratch);
  if (Deno.env.get("EPOCHQL_TEST_CLIENTS") !== "all") {
    return { examples: examples(cwd), missing: "EPOCHQL_TEST_CLIENTS must be all" };
  }
  for (const [command, ...args] of build) {
    const missing = await problemOf(command, args, { cwd });
    if (missing) return { examples: examples(cwd), missing };
  }
  return { examples: examples(cwd) };
}

function prepareGo(scratch: string): Promise<Language> {
  const examples = (cwd: string) => ({
    "go/main.go": { command: join(cwd, "follow"), args: [], cwd },
  });
  return prepareCompiled("go", scratch, examples, [
    ["go", "generate"],
    ["go", "build", "-o", "follow", "."],
  ]);
}

function prepareRust(scratch: string): Promise<Language> {
  const examples = (cwd: string) =>
    Object.fromEntries(["with_cynic", "with_graphql_client"].map((name) => {
      const command = join(cwd, "target/debug", name);
      return [`rust/${name}.rs`, { command, args: [], cwd }];
    }));
  return prepareCompiled("rust", scratch, examples, [["cargo", "build", "-q", "--locked"]]);
}

function prepareJava(scratch: string): Promise<Language> {
  const examples = (cwd: string) =>
    Object.fromEntries(["FollowOverHttp", "FollowOverWebSocket"].map((name) => {
      const args = ["-cp", "target/classes:target/dependency/*", name];
      return [`java/${name}.java`, { command: "java", args, cwd }];
    }));
  return prepareCompiled("java", scratch, examples, [
    ["mvn", "-q", "-B", "compile", "dependency:copy-dependencies"],
  ]);
}

function prepareKotlin(scratch: string): Promise<Language> {
  const args = ["-cp", "target/classes:target/dependency/*", "FollowKt"];
  const examples = (cwd: string) => ({ "kotlin/Follow.kt": { command: "java", args, cwd } });
  return prepareCompiled("kotlin", scratch, examples, [
    ["mvn", "-q", "-B", "compile", "dependency:copy-dependencies"],
  ]);
}

async function prepareCurl(): Promise<Language> {
  const missing = await problemOf("curl", ["--version"]);
  const follow = { command: "bash", args: ["follow.sh"], cwd: join(FOLDER, "curl") };
  return {
    examples: { "curl/follow.sh": { ...follow, starts: false } },
    ...(missing ? { missing } : {}),
  };
}
