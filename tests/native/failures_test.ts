/** Every way in which setting up can fail says what is wrong and what to do, and leaves nothing half-done. */
import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { join } from "node:path";
import { describe, it } from "@std/testing/bdd";
import { run } from "../../native/command.ts";
import { explainFileError, NativeError, type NativeProblem } from "../../native/errors.ts";
import { explain } from "../../native/installer.ts";
import { cacheFolder } from "../../native/paths.ts";
import { findNvidiaDriver, platformOf } from "../../native/platform.ts";
import { parseVerification } from "../../native/verify.ts";
import { releaseFor } from "../../native/releases.ts";
import { setUpNative } from "../../native/setup.ts";
import { explainLoadError } from "../../native/tensorflow.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { namesIn, openFakeToolchain, wheelMembers, writeWheel } from "./fake_toolchain.ts";

/** The work fails with this problem and a message in the house's form. */
async function assertFails(
  work: () => unknown,
  problem: NativeProblem,
  ...says: RegExp[]
): Promise<void> {
  const error = await assertRejects(async () => await work());
  if (!(error instanceof NativeError)) throw error;
  assertEquals(error.problem, problem, error.message);
  assertMatch(error.message, /^Cannot [^:]+: [^]+ (must|got) /);
  for (const words of says) assertMatch(error.message, words);
}

async function mount(folder: string): Promise<boolean> {
  const outcome = await run(["/bin/mount"], ["-t", "tmpfs", "-o", "size=200k", "tmpfs", folder]);
  return outcome?.code === 0;
}

async function unmount(folder: string): Promise<void> {
  await run(["/bin/umount"], [folder]);
}

/** Reports whether this user can mount a disk of its own. */
async function canMount(): Promise<boolean> {
  const folder = await Deno.makeTempDir();
  try {
    if (!await mount(folder)) return false;
    await unmount(folder);
    return true;
  } finally {
    await Deno.remove(folder);
  }
}

const skip = await canMount() ? false : "only root can make a small disk";

describe("a set-up that cannot be", () => {
  it("says how to get a compiler before it downloads anything", async () => {
    await using toolchain = await openFakeToolchain();
    await Deno.remove(join(toolchain.folder, "bin", "c++"));
    await assertFails(() => toolchain.setUp(), "no-compiler", /apt-get install g\+\+|xcode-select/);
    assertEquals(await toolchain.calls("pip", "download"), 0);
  });

  it("names a CXX that does not run", async () => {
    await using toolchain = await openFakeToolchain();
    const env = new Map([["CXX", "no-such-compiler -m64"]]);
    const setUp = () => setUpNative({ log: () => {} }, { ...toolchain, env });
    await assertFails(setUp, "no-compiler", /CXX=no-such-compiler -m64/);
  });

  it("quotes a compiler that fails, and leaves no addon", async () => {
    await using toolchain = await openFakeToolchain();
    await toolchain.program(
      "c++",
      `case "$1" in --version) echo "c++ 1.0"; exit 0;; esac
echo "tfjs_backend.cc:17:10: fatal error: cstring: No such file or directory" >&2; exit 1`,
    );
    const headers = /standard library's headers are missing/;
    const setUp = () => toolchain.setUp();
    await assertFails(setUp, "does-not-compile", headers, /fatal error: cstring/);
    for await (const { name } of Deno.readDir(toolchain.paths.cache)) {
      assert(!name.startsWith("addon"), name);
    }
  });

  it("asks for memory where the system kills the compiler, or a part of it", async () => {
    await using toolchain = await openFakeToolchain();
    const killed = "c++: fatal error: Killed signal terminated program cc1plus";
    for (const end of ["kill -9 $$", `echo "${killed}" >&2; exit 1`]) {
      await toolchain.program(
        "c++",
        `case "$1" in --version) echo "c++ 1.0"; exit 0;; esac\n${end}`,
      );
      const setUp = () => toolchain.setUp();
      await assertFails(setUp, "does-not-compile", /There was too little memory/);
    }
  });

  it("asks for pip, uv or a wheel where there is none of them", async () => {
    await using toolchain = await openFakeToolchain();
    await Deno.remove(join(toolchain.folder, "bin", "pip"));
    const wheel = /EPOCHQL_TENSORFLOW_WHEEL/;
    await assertFails(() => toolchain.setUp(), "no-installer", wheel, /neither/);
  });

  it("does not take a pip that is too old", async () => {
    await using toolchain = await openFakeToolchain();
    await toolchain.program("pip", `echo "pip 9.0.1 from /usr/lib (python 2.7)"`);
    await assertFails(() => toolchain.setUp(), "no-installer", /got pip 9\.0\.1/);
  });

  it("stops when a wheel has the wrong hash twice", async () => {
    await using toolchain = await openFakeToolchain();
    const got = "ab".repeat(32);
    await toolchain.program(
      "pip",
      `case "$1" in --version) echo "pip 23.2.1 from x"; exit 0;; esac
echo "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE." >&2
echo "             Got        ${got}" >&2
exit 1`,
    );
    await assertFails(() => toolchain.setUp(), "wrong-hash", new RegExp(`got ${got}`));
    assertEquals(await toolchain.calls("pip", "download"), 2);
  });

  it("refuses a named wheel with another library in it, and keeps nothing of it", async () => {
    await using toolchain = await openFakeToolchain();
    const wheel = join(toolchain.folder, "other.whl");
    const other = { "tensorflow/libtensorflow_framework.so.2": new Uint8Array(7) };
    await writeWheel(wheel, { ...wheelMembers(), ...other });
    const hash = /sha256 of libtensorflow_framework\.so\.2/;
    await assertFails(() => toolchain.setUp({ wheel }), "wrong-wheel", /other\.whl/, hash);
    assertEquals(await namesIn(toolchain.paths.cache), ["lock"]);
  });

  it("refuses a named wheel without the library, one that is no zip, and one that is not there", async () => {
    await using toolchain = await openFakeToolchain();
    const [empty, text] = [join(toolchain.folder, "empty.whl"), join(toolchain.folder, "text.whl")];
    await writeWheel(empty, {});
    await Deno.writeTextFile(text, "no zip file");
    const setUp = (wheel: string) => () => toolchain.setUp({ wheel });
    await assertFails(setUp(empty), "wrong-wheel", /must hold tensorflow\/libtensorflow_cc/);
    await assertFails(setUp(text), "wrong-wheel", /text\.whl: it must be a wheel/);
    await assertFails(setUp(join(toolchain.folder, "none.whl")), "wrong-wheel", /none\.whl/);
  });

  it("refuses a disk without room before it downloads, and survives one that fills up", {
    ignore: Boolean(skip),
  }, async () => {
    await using toolchain = await openFakeToolchain();
    const disk = toolchain.paths.cache;
    await Deno.mkdir(disk);
    await mount(disk);
    try {
      const room = /must have 0 MB free/;
      await assertFails(() => toolchain.setUp(), "disk-full", room, /XDG_CACHE_HOME/);
      assertEquals(await toolchain.calls("pip", "download"), 0);

      // The same libraries from a release that believes to be smaller.
      const small = {
        ...toolchain,
        releaseFor: (build: "cpu" | "cuda") => {
          const release = toolchain.releaseFor(build);
          return { ...release, wheel: { ...release.wheel, bytes: 10, unpackedBytes: 10 } };
        },
      };
      const setUp = () => setUpNative({ log: () => {}, wheel: toolchain.wheel }, small);
      await assertFails(setUp, "disk-full", /it filled up/);
      assertEquals(await namesIn(disk), ["lock"]);
    } finally {
      await unmount(disk);
    }
  });

  it("names what is refused outside the cache, where another cache does not help", () => {
    const errors = [
      new Deno.errors.PermissionDenied(
        "Permission denied (os error 13): remove '/checkout/deps/x.json'",
      ),
      new Error("No space left on device (os error 28): open '/checkout/deps/x.json'"),
    ];
    const said = errors.map((error) => String(explainFileError(error, "/cache", 1e9)));
    const [refused = "", full = ""] = said;
    assertMatch(refused, /\/checkout\/deps\/x\.json must be .*Give the checkout to this user/);
    assertMatch(full, /the disk of \/checkout\/deps\/x\.json/);
  });

  it("names a cache that may not be written", async () => {
    const refused = new Deno.errors.PermissionDenied("Permission denied (os error 13)");
    const readOnly = new Error("Read-only file system (os error 30): open '/cache/lock'");
    for (const error of [refused, readOnly]) {
      const fails = () => Promise.reject(explainFileError(error, "/cache", 1e9));
      await assertFails(fails, "not-writable", /\/cache must be writable/, /XDG_CACHE_HOME/);
    }
  });
});

describe("explain()", () => {
  const pin = releaseFor("cpu", "linux-x86_64").wheel;
  const pip = { kind: "pip", command: ["pip"], name: "pip 23.2.1" } as const;
  const fails = (stderr: string, problem: NativeProblem, ...says: RegExp[]) =>
    assertFails(() => Promise.reject(said(stderr)), problem, ...says);
  const said = (stderr: string) => explain(pin, pip, { code: 1, stdout: "", stderr }, "/cache");

  it("tells a proxy, a certificate, a network and an index apart by what pip and uv say", async () => {
    const nothing = "ERROR: No matching distribution found for tensorflow-cpu==2.21.0";
    await fails(
      `WARNING: Retrying after connection broken by 'ProxyError('Cannot connect to proxy.', ` +
        `NewConnectionError('Failed to establish a new connection'))'\n${nothing}`,
      "proxy",
      /HTTPS_PROXY/,
    );
    await fails(
      "SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: " +
        `self-signed certificate'))\n${nothing}`,
      "certificate",
      /PIP_CERT/,
      /DENO_TLS_CA_STORE=system/,
    );
    await fails(
      `NewConnectionError("HTTPSConnection: Failed to establish a new connection: [Errno -2]")\n${nothing}`,
      "network",
      /PIP_INDEX_URL/,
    );
    await fails(
      "error: Request failed after 3 retries in 6.5s\n  cause: client error (Connect)\n  cause: dns error",
      "network",
    );
    await fails(nothing, "not-in-index", /pypi\.org/, /manylinux_2_27_x86_64/);
  });

  it("tells a disk that filled up from a download that failed", async () => {
    await fails("OSError: [Errno 28] No space left on device", "disk-full", /1\.1 GB/);
    await fails("Segmentation fault", "download", /got 1\./, /Segmentation fault/);
  });

  it("reads the hash that uv computed", async () => {
    const computed = "cd".repeat(32);
    await fails(
      `  cause: Hash mismatch for tensorflow-cpu\n\n         Computed:\n           sha256:${computed}`,
      "wrong-hash",
      new RegExp(computed),
    );
  });
});

describe("platforms", () => {
  it("points Windows to WSL and Intel Macs elsewhere", async () => {
    const on = (os: typeof Deno.build.os) => () => platformOf({ os, arch: "x86_64" });
    await assertFails(on("windows"), "unsupported", /WSL/);
    await assertFails(on("darwin"), "unsupported", /Apple silicon/);
    await assertFails(on("freebsd"), "unsupported");
  });

  it("has a release for each platform, and a CUDA build for one", async () => {
    assertEquals(platformOf({ os: "linux", arch: "x86_64" }), "linux-x86_64");
    for (const platform of ["linux-x86_64", "linux-aarch64", "macos-arm64"] as const) {
      assertMatch(releaseFor("cpu", platform).wheel.sha256, /^[\da-f]{64}$/);
    }
    assertEquals(releaseFor("cuda", "linux-x86_64").cuda.length, 8);
    await assertFails(() => releaseFor("cuda", "macos-arm64"), "unsupported", /without --gpu/);
  });

  it("keeps the cache where the user's caches are", async () => {
    const folderFor = (cache: string) =>
      cacheFolder(new Map([["XDG_CACHE_HOME", cache], ["HOME", "/h"]]));
    assertEquals([folderFor("/c"), folderFor("relative")], ["/c/epochql", "/h/.cache/epochql"]);
    await assertFails(() => cacheFolder(new Map()), "not-writable", /XDG_CACHE_HOME/);
  });

  it("sees an NVIDIA driver and its version where the kernel shows one", async () => {
    using folder = temporaryFolder();
    const [kernel, none] = [join(folder.path, "version"), join(folder.path, "none")];
    const texts = {
      "550.54.14": "NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.54.14  Thu Feb 22 2024",
      "555.42.02":
        "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  555.42.02  Release Build",
    };
    for (const [version, text] of Object.entries(texts)) {
      await Deno.writeTextFile(kernel, text);
      assertEquals(await findNvidiaDriver({ kernel, wsl: none }), { version });
    }
    assertEquals(await findNvidiaDriver({ kernel: none, wsl: kernel }), {});
    await Deno.remove(kernel);
    assertEquals(await findNvidiaDriver({ kernel, wsl: none }), undefined);
  });
});

describe("parseVerification()", () => {
  const ends = (code: number, stderr: string, stdout = "") => () =>
    parseVerification({ code, stdout, stderr });

  it("says that the processor lacks AVX when the child dies of an illegal instruction", async () => {
    const outcome = await run(["sh"], ["-c", "kill -ILL $$"]);
    await assertFails(() => outcome && parseVerification(outcome), "no-avx", /AVX/);
  });

  it("passes on what the child found out itself", async () => {
    await assertFails(
      ends(
        1,
        "error: Uncaught (in promise) NativeError: Cannot load TensorFlow: the library libz.so.1 must be installed, got none.",
      ),
      "does-not-load",
      /libz\.so\.1/,
    );
  });

  it("quotes a child that crashed, and refuses a wrong sum", async () => {
    const unfit = (child: () => unknown, ...says: RegExp[]) =>
      assertFails(child, "does-not-load", ...says);
    await unfit(ends(139, "terminate called"), /exit code 139/, /terminate called/);
    const wrong = `{"version":"2.21.0","gpu":false,"sum":1000}`;
    await unfit(ends(0, "", wrong), /the sum 1000, not 1024/);
    await unfit(ends(0, "", "chatter"));
  });

  it("finds the answer below other output", () => {
    const found = { version: "2.21.0", gpu: true, sum: 1024 };
    assertEquals(ends(0, "", `chatter\n${JSON.stringify(found)}\n`)(), found);
  });
});

describe("explainLoadError()", () => {
  const says = (message: string, problem: NativeProblem, ...words: RegExp[]) =>
    assertFails(() => Promise.reject(explainLoadError(message)), problem, ...words);
  const missing = "cannot open shared object file: No such file or directory";

  it("names the library that is missing, the version that is too old, the permission that was not given", async () => {
    const old =
      "/lib/libm.so.6: version `GLIBC_2.27' not found (required by libtensorflow_cc.so.2)";
    const ffi =
      'Requires ffi access to "/x/tfjs_binding.node", run again with the --allow-ffi flag';
    const rows = [
      [`libz.so.1: ${missing}`, /libz\.so\.1 must be installed/, /package manager/],
      [`libtensorflow_cc.so.2: ${missing}`, /deno task setup/],
      [old, /GLIBC_2\.27/, /Debian 12/],
      [ffi, /ffi access/, /native\/permissions\.ts/],
      ["something else\nmore", /got 'something else'/, /doctor/],
    ] as const;
    for (const [message, ...words] of rows) await says(message, "does-not-load", ...words);
  });

  it("sends to setup where there is no addon", async () => {
    await says(
      "The Node.js native addon module (tfjs_binding.node) can not be found at path: /x",
      "not-set-up",
      /deno task setup/,
    );
  });
});
