/** The platform of this machine, which determines the TensorFlow to install. */
import { NativeError } from "./errors.ts";

/** Operating system and processor for which a TensorFlow with a C API exists. */
export type Platform = "linux-x86_64" | "linux-aarch64" | "macos-arm64";

/** Build of TensorFlow: CPU only, or with support of NVIDIA GPUs. */
export type Build = "cpu" | "cuda";

/**
 * Returns the platform of this process, or of the given names.
 *
 * @throws {NativeError} if TensorFlow has no library for it
 */
export function platformOf(
  { os, arch }: { readonly os: string; readonly arch: string } = Deno.build,
): Platform {
  if (os === "linux" && arch === "x86_64") return "linux-x86_64";
  if (os === "linux" && arch === "aarch64") return "linux-aarch64";
  if (os === "darwin" && arch === "aarch64") return "macos-arm64";
  const advice = os === "windows"
    ? "Use WSL: 'wsl --install', then run the same commands there."
    : os === "darwin"
    ? "TensorFlow ended its support of Intel Macs with 2.16; use a machine with Apple silicon, or Linux."
    : "Use one of these.";
  throw new NativeError(
    "unsupported",
    "Cannot set up TensorFlow: the machine must be Linux on x86_64 or aarch64, or macOS on arm64, " +
      `got ${os} on ${arch}. ${advice}`,
  );
}

/** Files that reveal an NVIDIA driver: the kernel's version file, and WSL's library. */
const DRIVER_FILES = {
  kernel: "/proc/driver/nvidia/version",
  wsl: "/usr/lib/wsl/lib/libcuda.so.1",
};

/** Properties of an NVIDIA driver. */
export interface NvidiaDriver {
  /** '550.54.14'; absent if unknown. */
  readonly version?: string;
}

/** Finds the NVIDIA driver of this machine, if there is one, by two files. */
export async function findNvidiaDriver(
  files: typeof DRIVER_FILES = DRIVER_FILES,
): Promise<NvidiaDriver | undefined> {
  const text = await Deno.readTextFile(files.kernel).catch(() => undefined);
  if (text !== undefined) {
    const version = /Kernel Module.*?\s(\d+(?:\.\d+)+)/.exec(text)?.[1];
    return version === undefined ? {} : { version };
  }
  return await Deno.stat(files.wsl).then(() => ({}), () => undefined);
}
