/** Packages that only set-up reads are in node_modules no longer than set-up takes. */
import { assertEquals, assertRejects } from "@std/assert";
import { beforeEach, describe, it } from "@std/testing/bdd";
import { dirname } from "node:path";
import { borrowPackages } from "../../../cli/setup/packages/borrow.ts";
import { type Checkout, installPackages } from "../../../cli/setup/packages/install.ts";
import { folderPerTest } from "../../support/temporary_folder.ts";

const IMPORTS = {
  zod: "npm:zod@4.6.7",
  graphiql: "npm:graphiql@5.4.0",
  "@graphiql/react": "npm:@graphiql/react@0.39.1",
  "fast-check": "npm:fast-check@4.10.2",
};

/** Dependencies of each package. */
const DEPENDENCIES: Readonly<Record<string, readonly string[]>> = {
  zod: ["shared"],
  graphiql: ["@graphiql/react"],
  "@graphiql/react": ["shared", "monaco"],
  monaco: ["graphiql"],
  shared: [],
  "fast-check": [],
};

describe("borrowPackages()", () => {
  const folder = folderPerTest();
  const report = { log: () => {} };
  let checkout: Checkout;
  let installations: number;

  beforeEach(async () => {
    installations = 0;
    await Deno.writeTextFile(folder.join("deno.json"), JSON.stringify({ imports: IMPORTS }));
    await Deno.writeTextFile(folder.join("deno.lock"), "{}");
    checkout = {
      root: folder.path,
      deno: async (args) => {
        installations++;
        const names = Object.entries(IMPORTS)
          .filter(([, specifier]) => !args.includes("--entrypoint") || args.includes(specifier))
          .map(([name]) => name);
        for (const name of names) await link(await storePackage(name), "node_modules", name);
        return { code: 0, stdout: "", stderr: "" };
      },
    };
    await installPackages("start", report, { checkout });
  });

  /** Makes a package and all that it needs in the folder .deno, as Deno does. Returns its path. */
  async function storePackage(name: string): Promise<string> {
    const key = `${name.replace("/", "+")}@1.0.0`;
    const path = folder.join("node_modules", ".deno", key, "node_modules", name);
    if (await Deno.stat(path).catch(() => undefined)) return path;
    await Deno.mkdir(path, { recursive: true });
    await Deno.writeTextFile(`${path}/package.json`, "{}");
    for (const needed of DEPENDENCIES[name] ?? []) {
      const target = await storePackage(needed);
      await link(target, "node_modules", ".deno", key, "node_modules", needed);
      await link(target, "node_modules", ".deno", "node_modules", needed);
    }
    return path;
  }

  async function link(target: string, ...names: readonly string[]) {
    const path = folder.join(...names);
    await Deno.mkdir(dirname(path), { recursive: true });
    await Deno.symlink(target, path).catch(() => {});
  }

  /** Names in node_modules, and those of packages in its folder .deno. */
  async function found(): Promise<readonly [readonly string[], readonly string[]]> {
    const namesIn = async (...names: readonly string[]) =>
      (await Array.fromAsync(Deno.readDir(folder.join("node_modules", ...names))))
        .map(({ name }) => name).filter((name) => !/^(?:\.|node_modules$)/.test(name)).sort();
    return [await namesIn(), await namesIn(".deno")];
  }

  const ONLY_START = [["zod"], ["shared@1.0.0", "zod@1.0.0"]] as const;

  const ALL = [["@graphiql", "graphiql", "zod"], [
    "@graphiql+react@1.0.0",
    "graphiql@1.0.0",
    "monaco@1.0.0",
    "shared@1.0.0",
    "zod@1.0.0",
  ]] as const;

  const borrow = (work: (need: (group: "page") => Promise<void>) => Promise<void>) =>
    borrowPackages(["page"], report, work, checkout);

  it("has a group while it is needed, and nothing that only the group needs afterwards", async () => {
    await borrow(async (need) => {
      await need("page");
      assertEquals(await found(), ALL);
    });
    assertEquals(await found(), ONLY_START);
    const links = await Array.fromAsync(
      Deno.readDir(folder.join("node_modules/.deno/node_modules")),
    );
    assertEquals(links.map(({ name }) => name), ["shared"]);
  });

  it("installs a group again when it is needed again", async () => {
    for (const installed of [2, 3]) {
      await borrow((need) => need("page"));
      assertEquals(installations, installed);
    }
    assertEquals(await found(), ONLY_START);
  });

  it("installs nothing that is not needed, and removes what a set-up that was killed left", async () => {
    await installPackages("page", report, { checkout });
    await borrow(async () => {});
    assertEquals(await found(), ONLY_START);
    assertEquals(installations, 2);
  });

  it("leaves packages to the next try if the work fails", async () => {
    const work = async (need: (group: "page") => Promise<void>) => {
      await need("page");
      throw new Error("does not compile");
    };
    await assertRejects(() => borrow(work), Error, "does not compile");
    assertEquals(await found(), ALL);
  });

  it("removes nothing where packages for development are installed", async () => {
    await checkout.deno([]);
    await installPackages("page", report, { checkout });
    const before = await found();
    await borrow((need) => need("page"));
    assertEquals(await found(), before);
  });

  it("leaves packages that another set-up uses, which removes them", async () => {
    await borrow(async (need) => {
      await need("page");
      await borrow((need) => need("page"));
      assertEquals(await found(), ALL);
    });
    assertEquals(await found(), ONLY_START);
  });
});
