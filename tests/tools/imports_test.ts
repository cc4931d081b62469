/** The checker of imports must object to what it is there to prevent. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { findCircles } from "../../tools/house/circles.ts";
import { importEdges } from "../../tools/house/edges.ts";
import { crowdedFolders, violation } from "../../tools/house/imports.ts";

describe("objection()", () => {
  it("lets a folder import what lies before it", () => {
    const events = { from: "runs/worker/worker.ts", to: "ml/training/events.ts" };
    assertEquals(violation(events), undefined);
    assertEquals(violation({ from: "resolvers/run/run.ts", to: "schema/run/run.ts" }), undefined);
  });

  it("objects to an import against the direction", () => {
    const store = violation({ from: "ml/training/train.ts", to: "runs/store/store.ts" });
    assertMatch(store ?? "", /ml may import/);
    const spec = violation({ from: "data/formats/idx.ts", to: "ml/spec/spec.ts" });
    assertMatch(spec ?? "", /data may import/);
  });

  it("objects to an engine in the process that keeps the log", () => {
    const arrow = { from: "runs/worker/worker.ts", to: "ml/engines/registry.ts" };
    assertMatch(violation(arrow) ?? "", /never loads an engine/);
  });

  it("objects to imports of the command line and of tests", () => {
    assert(violation({ from: "server/graphql_server.ts", to: "cli/train.ts" }));
    assert(violation({ from: "web/build/build_page.ts", to: "tests/support/browser.ts" }));
  });

  it("objects to a folder that it does not know", () => {
    assert(violation({ from: "helpers/a.ts", to: "data/formats/idx.ts" }));
  });
});

describe("importEdges()", () => {
  it("finds type-only imports too", async () => {
    const root = new URL(`file://${await Deno.makeTempDir()}/`);
    try {
      await Deno.mkdir(new URL("data", root));
      await Deno.writeTextFile(
        new URL("data/a.ts", root),
        `import type { B } from "../ml/b.ts";\nexport type { C } from "./c.ts";\n`,
      );
      assertEquals(await Array.fromAsync(importEdges(root)), [
        { from: "data/a.ts", to: "ml/b.ts" },
        { from: "data/a.ts", to: "data/c.ts" },
      ]);
    } finally {
      await Deno.remove(root, { recursive: true });
    }
  });
});

describe("findCircles()", () => {
  const edges = (...pairs: readonly string[]) =>
    pairs.map((pair) => ({ from: pair.charAt(0), to: pair.charAt(1) }));

  it("finds files that import each other, directly or not", () => {
    assertEquals(findCircles(edges("ab", "bc", "ca", "cd", "de", "ed")), [
      ["d", "e"],
      ["a", "b", "c"],
    ]);
  });

  it("finds none where two ways lead to the same file", () => {
    assertEquals(findCircles(edges("ab", "ac", "bd", "cd")), []);
  });
});

describe("crowdedFolders()", () => {
  it("names a folder with more files than a reader can take in, but for tests", () => {
    const files = (folder: string) => Array.from({ length: 21 }, (_, n) => `${folder}/${n}.ts`);
    assertEquals(crowdedFolders([...files("runs"), ...files("tests/runs"), "ml/a.ts"]), [
      "runs/ holds 21 source files, at most 20 are allowed",
    ]);
  });
});
