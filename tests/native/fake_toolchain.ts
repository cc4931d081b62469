/**
 * A set-up in miniature for tests: a wheel of a few bytes, programs that only pretend to be pip and a compiler, folders
 * that go with the test. Nothing of it needs the network, TensorFlow or a real compiler.
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { TextReader, Uint8ArrayReader, Uint8ArrayWriter, ZipWriter } from "@zip.js/zip.js";
import type { Build } from "../../native/platform.ts";
import type { Release } from "../../native/releases.ts";
import type { Paths } from "../../native/paths.ts";
import { type NativeSetup, type SetupDependencies, setUpNative } from "../../native/setup.ts";

/** The contents of the pretended libraries, by file name. */
export const LIBRARIES = {
  "libtensorflow_cc.so.2": new Uint8Array(300_000).fill(1),
  "libtensorflow_framework.so.2": new Uint8Array(50_000).fill(2),
} as const;

/** NVIDIA's pretended wheel. */
const CUDA_LIBRARY = new Uint8Array(1000).fill(3);

/** A set-up in a temporary folder. */
export interface FakeToolchain extends SetupDependencies {
  readonly folder: string;
  /** The path of a wheel that has all that is needed. */
  readonly wheel: string;
  /** Lines logged so far. */
  readonly lines: string[];
  /** Paths of another checkout with the same cache. */
  anotherCheckout(): Promise<Paths>;
  /** Makes a program that is found before all others. */
  program(name: string, script: string): Promise<void>;
  /** Counts the calls of a program with an argument that contains `word`. */
  calls(name: string, word: string): Promise<number>;
  setUp(
    options?: { readonly gpu?: boolean; readonly wheel?: string; readonly paths?: Paths },
  ): Promise<NativeSetup>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Makes a toolchain with a pip and a compiler that work. PATH holds them, and the shell's own tools, until it is
 * disposed.
 */
export async function openFakeToolchain(): Promise<FakeToolchain> {
  const root = await Deno.makeTempDir();
  const bin = join(root, "bin");
  await Deno.mkdir(bin);
  for (const tool of ["sh", "cp", "mkdir", "cat"]) {
    await Deno.symlink(await which(tool), join(bin, tool));
  }
  const oldPath = Deno.env.get("PATH") ?? "";
  Deno.env.set("PATH", bin);

  const wheel = join(root, "tensorflow_cpu-2.21.0-cp312-cp312-manylinux_2_27_x86_64.whl");
  await writeWheel(wheel, wheelMembers());
  const cudaWheel = join(root, "nvidia_test_cu12-12.0-py3-none-manylinux_2_17_x86_64.whl");
  await writeWheel(cudaWheel, {
    "nvidia/test/lib/libcudart.so.12": CUDA_LIBRARY,
    "nvidia/test/lib/libnvblas.so.12": CUDA_LIBRARY,
    "nvidia/test/include/cuda.h": CUDA_LIBRARY,
  });

  let checkouts = 0;
  const cache = join(root, "cache");
  const checkout = async (): Promise<Paths> => {
    const place = join(root, `checkout-${++checkouts}`);
    const [binding, nodeApi] = [join(place, "package", "binding"), join(place, "node-api")];
    await Deno.mkdir(binding, { recursive: true });
    await Deno.mkdir(nodeApi, { recursive: true });
    for (const source of ["tfjs_backend.cc", "tfjs_binding.cc"]) {
      await Deno.writeTextFile(join(binding, source), "source");
    }
    await Deno.writeTextFile(join(nodeApi, "node_api.h"), "header");
    return { cache, package: join(place, "package"), nodeApi };
  };

  const paths = await checkout();
  const lines: string[] = [];
  const toolchain: FakeToolchain = {
    folder: root,
    wheel,
    lines,
    paths,
    releaseFor: testRelease,
    env: new Map(),
    verify: () => Promise.resolve({ version: "2.21.0", gpu: false, sum: 1024 }),
    anotherCheckout: checkout,
    async program(name, script) {
      const path = join(bin, name);
      await Deno.writeTextFile(
        path,
        `#!${bin}/sh\necho "$*" >> ${root}/${name}.calls\n${script}\n`,
      );
      await Deno.chmod(path, 0o755);
    },
    async calls(name, word) {
      const text = await Deno.readTextFile(join(root, `${name}.calls`)).catch(() => "");
      return text.split("\n").filter((line) => line !== "" && line.includes(word)).length;
    },
    setUp: ({ paths: there = paths, ...options } = {}) =>
      setUpNative({ ...options, log: (line) => lines.push(line) }, { ...toolchain, paths: there }),
    async [Symbol.asyncDispose]() {
      Deno.env.set("PATH", oldPath);
      await Deno.remove(root, { recursive: true });
    },
  };
  await toolchain.program("pip", pip(root));
  await toolchain.program("c++", FAKE_COMPILER);
  return toolchain;
}

/** A pip that takes wheels from a folder. */
export function pip(folder: string): string {
  return `
case "$1" in
  --version) echo "pip 23.2.1 from somewhere"; exit 0;;
esac
while [ $# -gt 0 ]; do
  case "$1" in -d) target=$2;; -r) requirements=$2;; esac
  shift
done
mkdir -p "$target"
case "$(cat "$requirements")" in
  nvidia*) cp ${folder}/nvidia_*.whl "$target/";;
  *) cp ${folder}/tensorflow_*.whl "$target/";;
esac`;
}

/** A compiler that writes its output. */
export const FAKE_COMPILER = `
case "$*" in *--version*) echo "c++ (pretended) 1.0"; exit 0;; esac
while [ $# -gt 0 ]; do
  case "$1" in -o) output=$2;; esac
  shift
done
echo addon > "$output"`;

const HEADERS = [
  ...["c_api", "c_api_macros", "tf_attrtype", "tf_buffer", "tf_datatype", "tf_status", "tf_tensor"]
    .map((name) => `tensorflow/c/${name}.h`),
  "tensorflow/c/tf_tstring.h",
  "tensorflow/c/eager/c_api.h",
  "tensorflow/core/platform/ctstring.h",
  "tensorflow/core/platform/ctstring_internal.h",
  "tsl/platform/ctstring.h",
  "tsl/platform/ctstring_internal.h",
  "xla/tsl/c/tsl_status.h",
];

/** The files of TensorFlow's pretended wheel. */
export function wheelMembers(): Record<string, Uint8Array> {
  const members: Record<string, Uint8Array> = {};
  for (const [name, bytes] of Object.entries(LIBRARIES)) members[`tensorflow/${name}`] = bytes;
  for (const header of HEADERS) {
    members[`tensorflow/include/${header}`] = new TextEncoder().encode(header);
  }
  return members;
}

/** Writes a wheel. */
export async function writeWheel(path: string, members: Record<string, Uint8Array>): Promise<void> {
  const zip = new ZipWriter(new Uint8ArrayWriter(), { useWebWorkers: false });
  await zip.add("METADATA", new TextReader("Name: test"));
  for (const [name, bytes] of Object.entries(members)) {
    await zip.add(name, new Uint8ArrayReader(bytes));
  }
  await Deno.writeFile(path, await zip.close());
}

function testRelease(build: Build): Release {
  const pin = { version: "2.21.0", tag: "manylinux_2_27_x86_64", sha256: "0".repeat(64) };
  const [main, framework] = Object.entries(LIBRARIES).map(([file, bytes]) => ({
    file,
    sha256: createHash("sha256").update(bytes).digest("hex"),
  }));
  if (!main || !framework) throw new Error("two libraries are needed");
  return {
    name: `tensorflow-test-${build}`,
    build,
    platform: "linux-x86_64",
    wheel: { ...pin, project: "tensorflow-cpu", bytes: 1000, unpackedBytes: 350_000 },
    libraries: [main, framework],
    cuda: build === "cpu"
      ? []
      : [{ ...pin, project: "nvidia-test-cu12", bytes: 1000, unpackedBytes: 2000 }],
  };
}

async function which(tool: string): Promise<string> {
  for (const folder of ["/bin", "/usr/bin"]) {
    const path = join(folder, tool);
    if (await Deno.stat(path).catch(() => undefined)) return path;
  }
  throw new Error(`no ${tool}`);
}

/** Returns the names in a folder, sorted. */
export async function namesIn(folder: string): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(folder), ({ name }) => name)).sort();
}
