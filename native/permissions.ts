/** Minimum permissions of a process that loads TensorFlow. */
import { NativeError } from "./errors.ts";
import { addonFile, NODE_MODULES } from "./paths.ts";

/**
 * The permission flags for `deno run` of a process that loads TensorFlow, each found by leaving it out.
 *
 * - ffi: the addon, and no other native code.
 * - read: the npm packages; and /usr/bin/ldd, by which the package tells C libraries apart.
 * - env: the package lists the whole environment, and the thread counts are set in it.
 * - sys: the processor's name, to show it.
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
    `--allow-ffi=${list([addonFile()])}`,
    `--allow-read=${list([NODE_MODULES, ...ldd])}`,
    "--allow-env",
    "--allow-sys=cpus",
  ];
}

/** A list of paths for one flag. Deno splits it at every comma. */
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
