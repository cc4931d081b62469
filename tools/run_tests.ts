/**
 * Runs the tests, a process for each group of files, several at a time: `run_tests.ts [--jobs N] [PATH...]`. Unlike the
 * threads of `deno test --parallel`, processes have environment variables and native libraries of their own.
 */
import { parseArgs } from "node:util";
import { existsSync } from "node:fs";
import { pathToFileURL } from "node:url";

/**
 * Folders that take longest begin first, each as a group of its own: the others fill the time beside them. In the order
 * of the times that they take.
 */
const SLOWEST_FIRST = [
  "tests/page",
  "tests/runs/worker",
  "tests/cli",
  "tests/chaos",
  "tests/ml",
  "tests/ml/training",
  "tests/server",
  "tests/runs/store",
  "tests/runs",
  "tests/imports",
  "tests/tools",
  "tests/data",
];

/**
 * Folders whose tests wait much of their time, for leases to run out and databases to come back. They run one after
 * another in a lane beside the others, on what these leave of the processors; that lane then helps with the others.
 */
const WAITING = ["tests/runs/worker", "tests/runs/store"];

/** Tests that switch the backend of tfjs, of which an isolate has one at a time. */
const WEBASSEMBLY = /\/(?:wasm|vectors|preview|native\/network)_test\.ts$/;

/** Folders whose examples in JSDoc run too, in one process. */
const DOCUMENTED = ["lib/", "data/", "ml/"];

/** The work of one process. */
interface Group {
  /** Folder of the tests, or their file. */
  readonly name: string;
  /** Test files; empty for the examples in JSDoc. */
  readonly files: readonly string[];
}

/** Number of tests by outcome, with the names that Deno's last line has. */
export interface Counts {
  readonly passed: number;
  readonly steps: number;
  readonly failed: number;
  readonly ignored: number;
}

/** Groups test files that can share an isolate: those of a folder below tests/, or of a slow one, which come first. */
export function groupFiles(files: readonly string[]): readonly Group[] {
  const rank = (name: string) => {
    const found = SLOWEST_FIRST.indexOf(name);
    return found === -1 ? SLOWEST_FIRST.length : found;
  };
  const folderOf = (file: string) => file.split("/").slice(0, -1).slice(0, 2).join("/");
  const inner = SLOWEST_FIRST.filter((slow) => slow.split("/").length > 2);
  const nameOf = (file: string) =>
    WEBASSEMBLY.test(file)
      ? file
      : inner.find((slow) => file.startsWith(`${slow}/`)) ?? folderOf(file);
  return [...Map.groupBy(files.toSorted(), nameOf)]
    .map(([name, files]) => ({ name, files }))
    .toSorted((a, b) => rank(a.name) - rank(b.name));
}

/**
 * Returns a module that runs these test files. In a process of their own they share it: as modules of `deno test` each
 * would load the product again, which takes longer than most of them.
 */
export function moduleOf(files: readonly string[]): string {
  return files.map((file) => `import ${JSON.stringify(pathToFileURL(file).href)};\n`).join("");
}

/** Reads the counts in the last line of `deno test`; undefined if it was not printed. */
export function readCounts(output: string): Counts | undefined {
  const line = output.match(/^(?:ok|FAILED) \| \d+ passed.*$/gm)?.at(-1);
  if (line === undefined) return undefined;
  const count = (pattern: RegExp) => Number(pattern.exec(line)?.[1] ?? 0);
  return {
    passed: count(/(\d+) passed/),
    steps: count(/passed \((\d+) steps?\)/),
    failed: count(/(\d+) failed/),
    ignored: count(/(\d+) ignored/),
  };
}

/** Returns what `deno test` printed of the errors of failed tests, or its last lines if it ended without a word. */
export function errorsIn(output: string): string {
  const part = /^ ERRORS $([^]*?)^ FAILURES $/m.exec(output)?.[1];
  return part?.trim() ?? output.trim().split("\n").slice(-20).join("\n");
}

if (import.meta.main) {
  const { values: { jobs }, positionals } = parseArgs({
    allowPositionals: true,
    // One more takes longer: the threads of two trainings wait for each other.
    options: { jobs: { type: "string", default: String(navigator.hardwareConcurrency) } },
  });
  const missing = positionals.find((path) => !existsSync(path));
  if (missing !== undefined) {
    console.error(`Cannot run tests: a path must be a test file or a folder, got '${missing}'.`);
    Deno.exit(1);
  }
  Deno.exit(await runTests(positionals, Number(jobs)) ? 0 : 1);
}

/** Runs the tests under these paths, or all; tells whether they passed. */
async function runTests(paths: readonly string[], jobs: number): Promise<boolean> {
  const start = performance.now();
  const files = (paths.length === 0 ? ["tests"] : paths).flatMap((path) => testsIn(path));
  const groups: Group[] = [...groupFiles(files)];
  if (paths.length === 0) groups.push({ name: "examples", files: [] });
  const total = { passed: 0, steps: 0, failed: 0, ignored: 0 };
  const broken: string[] = [];
  const errors: string[] = [];
  const lane = async (groups: Group[]) => {
    for (let group = groups.shift(); group; group = groups.shift()) {
      const { success, output } = await runGroup(group);
      console.log(`${group.name}\n${output}`);
      const counts = readCounts(output);
      total.passed += counts?.passed ?? 0;
      total.steps += counts?.steps ?? 0;
      total.ignored += counts?.ignored ?? 0;
      // A process that ends without counts has failed as a whole.
      total.failed += counts?.failed ?? 1;
      if (success) continue;
      broken.push(group.name);
      errors.push(errorsIn(output));
    }
  };
  const { beside = [], rest = [] } = Object.groupBy(
    groups,
    ({ name }) => WAITING.includes(name) ? "beside" : "rest",
  );
  await Promise.all([
    lane(beside).then(() => lane(rest)),
    ...Array.from({ length: jobs }, () => lane(rest)),
  ]);
  // Once more at the end, where a reader of a long log looks first.
  if (broken.length > 0) {
    console.log([...errors, `Failed: ${broken.join(", ")}`, ""].join("\n"));
  }
  const { passed, steps, failed, ignored } = total;
  const seconds = Math.round((performance.now() - start) / 1000);
  const parts = [`${passed} passed (${steps} steps)`, `${failed} failed`, `${ignored} ignored`];
  console.log(
    `${broken.length > 0 ? "FAILED" : "ok"} | ${parts.join(" | ")} (${Math.floor(seconds / 60)}m${
      seconds % 60
    }s)`,
  );
  return broken.length === 0;
}

async function runGroup({ files }: Group): Promise<{ success: boolean; output: string }> {
  if (files.length === 0) return await runDeno("--doc", ...DOCUMENTED);
  const folder = await Deno.makeTempDir({ prefix: "epochql-tests-" });
  try {
    const module = `${folder}/all_test.ts`;
    await Deno.writeTextFile(module, moduleOf(files));
    return await runDeno("--no-check", "--config", "deno.json", module);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function runDeno(...args: string[]): Promise<{ success: boolean; output: string }> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["test", "-A", ...args],
    env: { NO_COLOR: "1" },
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  // What Deno itself says, such as a module that it cannot load, is on stderr.
  return { success, output: decoder.decode(stderr) + decoder.decode(stdout) };
}

/** Lists the test files at or below a path. */
function testsIn(path: string): string[] {
  const clean = path.replace(/\/$/, "");
  if (Deno.statSync(clean).isFile) return [clean];
  return [...Deno.readDirSync(clean)].flatMap(({ name, isDirectory }) => {
    if (isDirectory) return testsIn(`${clean}/${name}`);
    return /_test\.tsx?$/.test(name) ? [`${clean}/${name}`] : [];
  });
}
