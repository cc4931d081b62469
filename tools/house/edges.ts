/** Finds all imports between the project's own files, type-only imports included. */
import ts from "typescript";

/** An import of one project file by another. Paths are relative to the project's root. */
export interface ImportEdge {
  readonly from: string;
  readonly to: string;
}

/** Names of files in TypeScript. */
const TYPESCRIPT = /\.tsx?$/;

/** Yields the path of every source file below `root`; `names` matches what their names must have. */
export async function* sourceFiles(
  root: URL,
  names = TYPESCRIPT,
  folder = "",
): AsyncGenerator<string> {
  for await (const { name, isDirectory } of Deno.readDir(new URL(folder || ".", root))) {
    if (name.startsWith(".") || name === "node_modules" || name === "assets") continue;
    if (isDirectory) yield* sourceFiles(root, names, `${folder}${name}/`);
    else if (names.test(name)) yield `${folder}${name}`;
  }
}

/** Yields every import by a relative path. */
export async function* importEdges(root: URL): AsyncGenerator<ImportEdge> {
  for await (const file of sourceFiles(root)) {
    const url = new URL(file, root);
    const { importedFiles } = ts.preProcessFile(await Deno.readTextFile(url), true, true);
    for (const { fileName } of importedFiles) {
      if (!/^\.{1,2}\//.test(fileName)) continue;
      const target = new URL(fileName, url).href;
      if (target.startsWith(root.href)) yield { from: file, to: target.slice(root.href.length) };
    }
  }
}
