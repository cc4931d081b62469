/** Each package of deno.json belongs to what needs it. */
import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { groupOf, type PackageGroup, packagesOf } from "../../../cli/setup/packages/groups.ts";
import project from "../../../deno.json" with { type: "json" };
import { sourceFiles } from "../../../tools/house/edges.ts";

const ROOT = new URL("../../../", import.meta.url);

describe("groups of packages", () => {
  it("are of packages that deno.json has", () => {
    assertEquals(packagesOf(["tensorflow"], project.imports).size, 2);
    assert(packagesOf(["start"], project.imports).has("zod"));
  });

  it("have nothing in those of development that a program imports", async () => {
    const names = await importedBy((file) => !OUTSIDE.test(file));
    assert(names.has("zod") && names.has("esbuild"));
    assertEquals(ofGroup("all", names), []);
  });

  it("have nothing in those of the page that a program imports but the page and its build", async () => {
    assert(ofGroup("page", await importedBy((file) => file.startsWith("web/"))).includes("react"));
    const others = await importedBy((file) => !OUTSIDE.test(file) && !file.startsWith("web/"));
    assertEquals(ofGroup("page", others), []);
  });
});

/** Folders whose files no installed program is made of. */
const OUTSIDE = /^(bench|examples|findings|tests|tools)\//;

/** Names of packages that these files import when they run. */
async function importedBy(isMeant: (file: string) => boolean): Promise<ReadonlySet<string>> {
  const files = (await Array.fromAsync(sourceFiles(ROOT))).filter(isMeant);
  const imported = await Promise.all(files.map(async (file) => {
    const text = await Deno.readTextFile(new URL(file, ROOT));
    return [
      ...text.matchAll(/^(?:import|export) (?!type\b)(?:[^;"]* from )?"([^"]+)"/gm),
      ...text.matchAll(/\b(?:import|createRequire\(import\.meta\.url\))\("([^"]+)"\)/g),
    ].map(([, name = ""]) => /^(?:@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? name);
  }));
  return new Set(imported.flat());
}

function ofGroup(group: PackageGroup, names: ReadonlySet<string>): readonly string[] {
  return [...names].filter((name) =>
    Object.hasOwn(project.imports, name) && groupOf(name) === group
  );
}
