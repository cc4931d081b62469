/**
 * Holds the imports to the one direction that ARCHITECTURE.md draws: a folder may import the folders listed
 * for it, and nothing else. Type-only imports count: they are knowledge too.
 */
import ts from "typescript";

/** What each part of the house may import beside itself. Files in the root are named. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  lib: [],
  native: [],
  data: ["lib"],
  ml: ["lib", "native", "data"],
  pictures: ["lib", "data", "ml"],
  runs: ["lib", "data", "ml", "native"],
  schema: ["lib", "data", "ml", "pictures", "runs"],
  resolvers: ["lib", "data", "ml", "pictures", "runs", "schema"],
  server: ["lib", "data", "ml", "pictures", "runs", "schema", "resolvers", "config.ts", "tools"],
  web: ["lib", "data", "ml", "pictures", "runs"],
  "config.ts": ["ml", "runs"],
  "main.ts": ["*"],
  cli: ["*"],
  bench: ["*"],
  tools: ["*"],
  tests: ["*"],
};

/** What only some files of a folder may import: the rest of the folder stays free of it. */
const NARROW: readonly { from: RegExp; to: RegExp; why: string }[] = [
  {
    from: /^runs\//,
    to: /^ml\/(engines\/(tensorflow|registry)|graph|training\/(train|step)\.ts)/,
    why: "the process that keeps the log never loads an engine",
  },
  {
    from: /^runs\/(?!trainer\/(process|permissions)\.ts)/,
    to: /^native\//,
    why: "only what starts the trainer knows which permissions TensorFlow needs",
  },
  {
    from: /^native\/(?!probe\.ts)|^ml\/(?!engines\/tensorflow)/,
    to: /^native\/tensorflow\.ts/,
    why: "only the TensorFlow engine and the program that proves it load TensorFlow",
  },
];

/** An import of one project file by another. */
export interface ImportEdge {
  readonly from: string;
  readonly to: string;
}

/** Why an arrow must not be, or undefined. Paths are relative to the project's root. */
export function violation({ from, to }: ImportEdge): string | undefined {
  const [source, target] = [partOf(from), partOf(to)];
  if (target === "cli" && source !== "cli" && source !== "tests" && source !== "bench") {
    return "nothing imports cli/";
  }
  if (target === "tests" && source !== "tests") return "nothing imports tests/";
  const allowed = ALLOWED[source];
  if (!allowed) return `tools/check_imports.ts does not know ${source}`;
  if (source !== target && !allowed.includes("*") && !allowed.includes(target)) {
    return `${source} may import ${allowed.join(", ") || "nothing"}`;
  }
  return NARROW.find((rule) => rule.from.test(from) && rule.to.test(to))?.why;
}

/** Every import between the project's own files. */
export async function* importEdges(root: URL): AsyncGenerator<ImportEdge> {
  for await (const file of sourceFiles(root, "")) {
    const url = new URL(file, root);
    const { importedFiles } = ts.preProcessFile(await Deno.readTextFile(url), true, true);
    for (const { fileName } of importedFiles) {
      if (!/^\.{1,2}\//.test(fileName)) continue;
      const target = new URL(fileName, url).href;
      if (target.startsWith(root.href)) yield { from: file, to: target.slice(root.href.length) };
    }
  }
}

async function* sourceFiles(root: URL, folder: string): AsyncGenerator<string> {
  for await (const { name, isDirectory } of Deno.readDir(new URL(folder || ".", root))) {
    if (name.startsWith(".") || name === "node_modules" || name === "assets") continue;
    if (isDirectory) yield* sourceFiles(root, `${folder}${name}/`);
    else if (/\.tsx?$/.test(name)) yield `${folder}${name}`;
  }
}

function partOf(path: string): string {
  return path.split("/")[0] ?? path;
}

if (import.meta.main) {
  let checked = 0;
  let wrong = 0;
  for await (const arrow of importEdges(new URL("../", import.meta.url))) {
    checked++;
    const why = violation(arrow);
    if (why === undefined) continue;
    wrong++;
    console.error(`Cannot let ${arrow.from} import ${arrow.to}: ${why}.`);
  }
  console.log(`${checked} imports checked, ${wrong} against the arrows`);
  if (wrong > 0) Deno.exit(1);
}
