/** Minimum permissions of a process that loads an engine. */
import { NativeError } from "./errors.ts";
import { addonFile, kernelsFile, NODE_MODULES } from "./paths.ts";

/**
 * Returns the permission flags for `deno run` of a process that loads an engine. None of them can be left out.
 *
 * - ffi: the addon, and the kernels of the native engine.
 * - read: the npm packages, and /usr/bin/ldd, by which the package detects the C library.
 * - env: the package lists the whole environment, and the thread counts are set in it.
 * - sys: the processor's name, for display, and the size of the memory.
 *
 * @throws {NativeError} if a path cannot be named in a flag
 *
 * @example
 * ```ts
 * const args = ["run", ...tensorflowPermissions(), "--allow-read=data", "program.ts"];
 * new Deno.Command(Deno.execPath(), { args });
 * ```
 */
export function tensorflowPermissions(): readonly string[] {
  const ldd = Deno.build.os === "linux" ? ["/usr/bin/ldd"] : [];
  return [
    `--allow-ffi=${list([addonFile(), kernelsFile()])}`,
    `--allow-read=${list([NODE_MODULES, ...ldd])}`,
    "--allow-env",
    "--allow-sys=cpus,systemMemoryInfo",
  ];
}

/** Joins paths for one flag, which Deno splits at every comma. */
function list(paths: readonly string[]): string {
  for (const path of paths) {
    if (!path.includes(",")) continue;
    throw new NativeError(
      "unsupported",
      "Cannot load TensorFlow: the path of this checkout must have no comma, as Deno's permission flags cannot name " +
        `such a path, got ${path}. Move the checkout.`,
    );
  }
  return paths.join(",");
}
