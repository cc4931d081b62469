/** The recipes: they are read while a request is resolved, and by the lists of recipes, and nowhere else. */
import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";

const ROOT = new URL("../../../", import.meta.url);

/** Everything that runs after a request is resolved: it must take the network from the spec. */
const FOLDERS = [
  "ml/checkpoint",
  "ml/engines",
  "ml/graph",
  "ml/training",
  "pictures",
  "resolvers/checkpoint",
  "resolvers/evaluation",
  "resolvers/run",
  "runs",
  "schema/checkpoint",
  "schema/evaluation",
  "schema/run",
  "server",
];

function* filesIn(folder: string): Generator<string> {
  for (const { name, isDirectory } of Deno.readDirSync(new URL(folder, ROOT))) {
    if (isDirectory) yield* filesIn(`${folder}/${name}`);
    else if (/\.tsx?$/.test(name)) yield `${folder}/${name}`;
  }
}

describe("a stored run", () => {
  it("takes its network from its spec: nothing after resolving reads the recipes", () => {
    const readers = FOLDERS.flatMap((folder) => [...filesIn(folder)])
      .filter((file) => /\bRECIPES\b/.test(Deno.readTextFileSync(new URL(file, ROOT))));
    assertEquals(readers, []);
  });
});
