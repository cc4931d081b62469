/** The TensorFlow of this checkout loads, in processes with just the permissions that permissions.ts names. */
import { assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { basename, join } from "node:path";
import { describe, it } from "@std/testing/bdd";
import project from "../../deno.json" with { type: "json" };
import { lastLines, type Outcome, run } from "../../native/command.ts";
import { tensorflowPermissions } from "../../native/permissions.ts";
import { addonFile, folderOf, kernelsFile, packageFolder, ROOT } from "../../native/paths.ts";
import { verifyTensorFlow } from "../../native/verify.ts";
import { findNative } from "../../native/setup.ts";
import { explainLoadError } from "../../native/tensorflow.ts";

/** Runs the child that proves TensorFlow, with these permissions. */
async function probe(permissions: readonly string[]): Promise<Outcome> {
  const outcome = await run(
    [Deno.execPath(), "run", "--quiet", "--no-prompt", "--cached-only", ...permissions],
    [join(ROOT, "native", "probe.ts")],
    { cwd: ROOT, env: { NO_COLOR: "1" } },
  );
  if (!outcome) throw new Error(`no ${Deno.execPath()}`);
  return outcome;
}

describe("TensorFlow", () => {
  it("computes, and is the version that was set up", async () => {
    const { version } = await verifyTensorFlow();
    assertEquals(version, "2.21.0");
    assertEquals((await findNative())?.version, version);
  });

  it("needs every permission that it is given", async () => {
    const all = tensorflowPermissions();
    const outcome = await probe(all);
    assertEquals(outcome.code, 0, lastLines(outcome));
    for (const needed of ["--allow-ffi", "--allow-read", "--allow-env"]) {
      const { code, stderr } = await probe(all.filter((flag) => !flag.startsWith(needed)));
      assertEquals(code, 1, `loads without ${needed}`);
      assertMatch(stderr, /NotCapable|permissions of native\/permissions\.ts/);
    }
  });

  it("gives FFI to the addon and the engine's own kernels alone", () => {
    const ffi = tensorflowPermissions().filter((flag) => flag.startsWith("--allow-ffi"));
    assertEquals(ffi, [`--allow-ffi=${addonFile()},${kernelsFile()}`]);
    assertEquals(basename(packageFolder()), "tfjs-node-gpu");
  });

  it("has a place before it is installed: a worker gives a trainer its permissions by that", () => {
    assertEquals(folderOf(project.imports["@tensorflow/tfjs-node-gpu"]), packageFolder());
  });

  it("names the library that the addon misses when its links are gone", async () => {
    const folder = await Deno.makeTempDir();
    try {
      // The addon looks for its libraries in a folder beside it, which is not there.
      const stray = join(folder, "tfjs_binding.node");
      await Deno.copyFile(addonFile(), stray);
      const load = `process.dlopen({ exports: {} }, ${JSON.stringify(stray)})`;
      const outcome = await run([Deno.execPath(), "eval"], [
        `import process from "node:process"; ${load}`,
      ]);
      assertNotEquals(outcome?.code, 0);
      const { message } = explainLoadError(outcome?.stderr ?? "");
      assertMatch(message, /the library \S*libtensorflow\S* must be installed/);
      assertMatch(message, /deno task setup/);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
});
