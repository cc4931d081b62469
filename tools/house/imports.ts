/**
 * Holds the imports to the directions of rules.ts, in and between folders, finds circles and folders with too
 * many files. Run: `deno run -A tools/house/imports.ts`.
 */
import { findCircles } from "./circles.ts";
import { type ImportEdge, importEdges, sourceFiles } from "./edges.ts";
import { INNER, MAX_FOLDER_FILES, NARROW, OUTER } from "./rules.ts";

/** Names of files that count in their folders: TypeScript and C++. */
const SOURCE_FILES = /\.(tsx?|h|cpp)$/;

/** Returns why an import is not allowed, or undefined if it is. */
export function violation({ from, to }: ImportEdge): string | undefined {
  const [source, target] = [partOf(from), partOf(to)];
  if (target === "cli" && source !== "cli" && source !== "tests" && source !== "bench") {
    return "nothing imports cli/";
  }
  if (target === "tests" && source !== "tests") return "nothing imports tests/";
  const allowed = OUTER[source];
  if (!allowed) return `tools/house/rules.ts does not list ${source}`;
  if (source !== target && !allowed.includes("*") && !allowed.includes(target)) {
    return `${source} may import ${allowed.join(", ") || "nothing"}`;
  }
  return innerViolation(from, to) ??
    NARROW.find((rule) => rule.from.test(from) && rule.to.test(to))?.why;
}

/** Returns the folders with more source files than MAX_FOLDER_FILES; tests/ may have more. */
export function crowdedFolders(files: readonly string[]): readonly string[] {
  const byFolder = Map.groupBy(files, (file) => file.slice(0, file.lastIndexOf("/") + 1));
  return [...byFolder].flatMap(([folder, { length }]) =>
    length > MAX_FOLDER_FILES && !folder.startsWith("tests/")
      ? [`${folder} holds ${length} source files, at most ${MAX_FOLDER_FILES} are allowed`]
      : []
  );
}

function innerViolation(from: string, to: string): string | undefined {
  const part = partOf(from);
  const order = INNER[part];
  if (!order || partOf(to) !== part) return undefined;
  const rank = (path: string) =>
    order.findIndex((name) => isBelow(path.slice(part.length + 1), name));
  const [source, target] = [rank(from), rank(to)];
  if (source === -1 || target === -1 || target <= source) return undefined;
  return `in ${part}/, ${order[target]} is above ${order[source]}`;
}

function isBelow(path: string, name: string): boolean {
  return path === name || path.startsWith(`${name}/`);
}

function partOf(path: string): string {
  return path.split("/")[0] ?? path;
}

if (import.meta.main) {
  const root = Deno.args[0] === undefined
    ? new URL("../../", import.meta.url)
    : new URL(`file://${await Deno.realPath(Deno.args[0])}/`);
  const edges = await Array.fromAsync(importEdges(root));
  const problems = [
    ...edges.flatMap((edge) => {
      const why = violation(edge);
      return why === undefined ? [] : [`${edge.from} imports ${edge.to}: ${why}`];
    }),
    ...findCircles(edges).map((circle) => `circle of imports: ${circle.join(", ")}`),
    ...crowdedFolders(await Array.fromAsync(sourceFiles(root, SOURCE_FILES))),
  ];
  for (const problem of problems) console.error(problem);
  console.log(`${edges.length} imports checked, ${problems.length} problems`);
  if (problems.length > 0) Deno.exit(1);
}
