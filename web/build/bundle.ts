/** Bundles web/ by esbuild: the page in parts, the editor's styles, and Monaco's workers. */
import { createRequire } from "node:module";
import { ASSETS } from "../../server/http/page_manifest.ts";
import type { BuildOptions, Metafile, OutputFile } from "esbuild";

/** The project's root. */
export const ROOT = new URL("../../", import.meta.url);

/** Sources that affect the bundle beside the bundled files. */
const BUILD_SOURCES = ["web/build/build_page.ts", "web/build/bundle.ts", "static/playground.html"];

const WORKERS = {
  editor: "monaco-editor/esm/vs/editor/editor.worker.js",
  json: "monaco-editor/esm/vs/language/json/json.worker.js",
  graphql: "monaco-graphql/esm/graphql.worker.js",
} as const;

const EDITOR_STYLES = "web/graphiql/editor.css";

/** The result of a bundling. */
export interface Bundle {
  /** The files, by name. */
  readonly contents: Map<string, Uint8Array<ArrayBuffer>>;
  /** The project's own files that went in. */
  readonly sources: readonly string[];
}

/** Bundles workers, styles of the editor and page. The page learns the hashed names of the former by constants. */
export async function bundle(): Promise<Bundle> {
  // Set-up may have installed it just now: require() looks at the disk, import() of a literal at the packages that were
  // there when this module was loaded (Deno 2.9).
  const { build, stop }: typeof import("esbuild") = createRequire(import.meta.url)("esbuild");
  const options = {
    absWorkingDir: decodeURIComponent(ROOT.pathname),
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: "esm",
    target: "es2022",
    platform: "browser",
    outdir: decodeURIComponent(ASSETS.pathname),
    entryNames: "[name]-[hash]",
    chunkNames: "chunk-[hash]",
    assetNames: "[name]-[hash]",
    loader: { ".ttf": "file" },
    jsx: "automatic",
    legalComments: "none",
    logLevel: "silent",
  } satisfies BuildOptions;
  const contents = new Map<string, Uint8Array<ArrayBuffer>>();
  const keep = (files: readonly OutputFile[]) => {
    for (const { path, contents: bytes } of files) {
      contents.set(baseName(path), new Uint8Array(bytes));
    }
  };
  try {
    const editor = await build({
      ...options,
      entryPoints: [
        ...Object.entries(WORKERS).map(([name, path]) => ({ in: path, out: `${name}-worker` })),
        { in: EDITOR_STYLES, out: "editor" },
      ],
    });
    keep(editor.outputFiles);
    const page = await build({
      ...options,
      splitting: true,
      entryPoints: ["web/main.tsx", "web/page.css"],
      define: {
        "process.env.NODE_ENV": '"production"',
        __WORKERS__: JSON.stringify(workerNames(editor.metafile)),
        __EDITOR_STYLES__: JSON.stringify(outputOf(editor.metafile, EDITOR_STYLES)),
      },
    });
    keep(page.outputFiles);
    // '<define:…>' is an input too, and no file.
    const inputs = [editor, page].flatMap(({ metafile }) => Object.keys(metafile.inputs)).filter(
      (path) => !/^<|node_modules\//.test(path),
    );
    return { contents, sources: [...BUILD_SOURCES, ...inputs].sort() };
  } finally {
    await stop();
  }
}

/** The built file of each worker, by Monaco's label. */
function workerNames(metafile: Metafile): Record<string, string> {
  return Object.fromEntries(
    Object.entries(WORKERS).map(([label, source]) => [label, outputOf(metafile, source)]),
  );
}

/** The built file of an entry point. */
function outputOf({ outputs }: Metafile, source: string): string {
  const found = Object.entries(outputs).find(([, { entryPoint }]) => entryPoint?.endsWith(source));
  if (!found) throw new Error(`Cannot build the page: ${source} must lead to a file.`);
  return baseName(found[0]);
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
