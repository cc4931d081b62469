/** ARCHITECTURE.md is true: the files that it names exist, tests that hold its invariants included. */
import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { sourceFiles } from "../tools/house/edges.ts";

const ROOT = new URL("../", import.meta.url);
const text = await Deno.readTextFile(new URL("ARCHITECTURE.md", ROOT));

/** Every path in backticks: it has a slash or a file's ending. Those with a placeholder, '<name>', are not. */
const paths = [...text.matchAll(/`([\w./-]+)`/g)]
  .map(([, path = ""]) => path)
  .filter((path) => /\/|\.(ts|md|json|graphql)$/.test(path) && !path.startsWith("house/"));

describe("ARCHITECTURE.md", () => {
  it("names only files and folders that exist", () => {
    const missing = paths.filter((path) => !exists(path));
    assertEquals(missing, []);
    assert(paths.length > 60, "the paths are found");
  });

  it("names only functions, types and constants that the code has", async () => {
    const code = new Set<string>();
    for await (const file of sourceFiles(ROOT)) {
      const source = await Deno.readTextFile(new URL(file, ROOT));
      for (const [word] of source.replaceAll(/\/\*.*?\*\//gs, "").matchAll(/\w+/g)) code.add(word);
    }
    const names = [...text.matchAll(/`([A-Za-z_]\w+)(?:\(\))?`/g)].map(([, name = ""]) => name);
    assertEquals(names.filter((name) => !code.has(name)), []);
    assert(names.length > 30, "the names are found");
  });

  it("describes every folder of the product", async () => {
    const folders = new Set<string>();
    for await (const file of sourceFiles(ROOT)) {
      const [folder = "", ...rest] = file.split("/");
      if (rest.length > 0) folders.add(folder);
    }
    const missing = [...folders].filter((folder) => !text.includes(`\`${folder}/`));
    assertEquals(missing, []);
  });

  it("has recipes whose placeholders stand in folders that exist", () => {
    const recipes = text.slice(text.indexOf("## Recipes"));
    const places = [...recipes.matchAll(/`([\w./-]+\/)<\w+>[\w.<>/]*`/g)].map(([, path = ""]) =>
      path
    );
    assertEquals(places.filter((path) => !exists(path)), []);
    assert(places.length >= 8, `got ${places.length}`);
  });
});

function exists(path: string): boolean {
  try {
    Deno.statSync(new URL(path, ROOT));
    return true;
  } catch {
    return false;
  }
}
