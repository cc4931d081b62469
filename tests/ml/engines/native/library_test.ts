/** The library of the native engine: one of another set-up is refused when it is loaded. */
import { assertEquals } from "@std/assert";
import { createHash } from "node:crypto";
import { describe, it } from "@std/testing/bdd";
import { ABI_VERSION, loadLibrary } from "../../../../ml/engines/native/library.ts";
import { findCompiler } from "../../../../native/addon.ts";
import { run } from "../../../../native/command.ts";
import { assertThrowsMatch } from "../../../support/errors.ts";
import { folderPerTest } from "../../../support/temporary_folder.ts";

const folder = folderPerTest();
const KERNELS = new URL("../../../../native/kernels/", import.meta.url);

/** Compiles a library from one line. */
async function compile(source: string): Promise<string> {
  const [from, to] = [folder.join("a.cpp"), folder.join("liba.so")];
  await Deno.writeTextFile(from, `${source}\n`);
  const { command } = await findCompiler(Deno.env, "a test");
  const outcome = await run(command, ["-shared", "-fPIC", from, "-o", to], { cwd: folder.path });
  assertEquals(outcome?.code, 0, outcome?.stderr);
  return to;
}

describe("loadLibrary()", () => {
  it("refuses a library of an older set-up, and names the remedy", async () => {
    const path = await compile("int native_open = 1;");
    assertThrowsMatch(
      () => loadLibrary(path),
      /its interface must have version \d+, got none, as it was compiled from other sources\. Run `deno task setup`\.$/,
    );
  });

  it("refuses a library of a newer set-up", async () => {
    const path = await compile(
      `extern "C" int native_abi_version() { return ${ABI_VERSION + 1}; }`,
    );
    assertThrowsMatch(() => loadLibrary(path), new RegExp(`got ${ABI_VERSION + 1}, as it`));
  });

  it("names the remedy where there is no library", () => {
    assertThrowsMatch(
      () => loadLibrary(folder.join("none.so")),
      /^NativeEngineError: Cannot load .*none\.so: .*Run `deno task setup`\.$/,
    );
  });
});

/** The form of plans, the functions of the library and the names of kernels, for each version of the interface. */
const DIGESTS: Readonly<Record<number, string>> = {
  1: "305739eae3122fde",
  2: "6be02d2e86e060c0",
  3: "a046b8a7f3e81814",
  4: "78e0757bf76fcb0c",
  5: "086eab024edda1a0",
  6: "7827a4fb5f1cc156",
  7: "732e6c8d85735ccb",
  8: "417b2206096572d7",
  9: "e84156cbede696a2",
};

describe("the version of the library's interface", () => {
  it("is another one whenever plans, functions or the names of kernels change", async () => {
    const read = (name: string) => Deno.readTextFile(new URL(name, KERNELS));
    const [plan, engine, level] = await Promise.all(
      ["plan.h", "engine.cpp", "level.cpp"].map(read),
    );
    const code = plan?.replaceAll(/\/\/.*/g, "").replaceAll(/\s+/g, " ");
    const functions = engine?.match(/^API [^{]*/gm);
    const kernels = level?.match(/KERNEL\(\w+/g);
    const digest = createHash("sha256")
      .update(JSON.stringify([code, functions, kernels])).digest("hex").slice(0, 16);
    assertEquals(
      digest,
      DIGESTS[ABI_VERSION],
      "Raise ABI_VERSION in native/kernels/plan.h and ml/engines/native/library.ts, and add its digest here",
    );
  });
});
