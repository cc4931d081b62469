/** Paths of the cache outside the checkout and the npm packages inside it. Reads the environment, writes nothing. */
import { dirname, isAbsolute, join } from "node:path";
import { fileURLToPath } from "node:url";
import { NativeError } from "./errors.ts";

/** Folders of a set-up. */
export interface Paths {
  /** Folder shared by all checkouts on this machine: '~/.cache/epochql'. */
  readonly cache: string;
  /** The installed package @tensorflow/tfjs-node-gpu. */
  readonly package: string;
  /** The C headers of Node-API. */
  readonly nodeApi: string;
}

/** Environment variables: Deno.env, or a substitute. */
export interface Environment {
  get(name: string): string | undefined;
}

/** Folder of this checkout. */
export const ROOT: string = fileURLToPath(new URL("../", import.meta.url));

/** Folder of npm packages. */
export const NODE_MODULES: string = join(ROOT, "node_modules");

/** Returns the folders of this checkout for this user. */
export function resolvePaths(env: Environment = Deno.env): Paths {
  return {
    cache: cacheFolder(env),
    package: packageFolder(),
    nodeApi: join(NODE_MODULES, "node-api-headers", "include"),
  };
}

/** The package @tensorflow/tfjs-node-gpu, which is installed when TensorFlow is set up. Reads no file. */
export function packageFolder(): string {
  return folderOf(import.meta.resolve("@tensorflow/tfjs-node-gpu"));
}

/**
 * Returns the folder of @tensorflow/tfjs-node-gpu.
 *
 * @param resolved its main file's address; where it is not installed, `npm:` with its name and version, by which Deno
 * names the folder
 */
export function folderOf(resolved: string): string {
  // …/dist/index.js
  if (resolved.startsWith("file:")) return dirname(dirname(fileURLToPath(resolved)));
  const version = resolved.slice(resolved.lastIndexOf("@"));
  const folder = join(NODE_MODULES, ".deno", `@tensorflow+tfjs-node-gpu${version}`);
  return join(folder, "node_modules", "@tensorflow", "tfjs-node-gpu");
}

/** Returns the path at which an installed package looks for its addon. */
export function addonFile(folder: string = packageFolder()): string {
  return join(folder, "lib", "napi-v8", "tfjs_binding.node");
}

/** Returns the path of the library of the native engine's kernels. */
export function kernelsFile(): string {
  return join(NODE_MODULES, ".epochql", "libkernels.so");
}

/** Returns the folder in which the addon looks for TensorFlow's libraries. */
export function libraryFolder(folder: string): string {
  return join(folder, "deps", "lib");
}

/**
 * Returns the folder of the cache by the XDG Base Directory Specification: a relative XDG_CACHE_HOME is ignored.
 *
 * @throws {NativeError} if the home folder is unknown
 */
export function cacheFolder(env: Environment = Deno.env): string {
  const xdg = env.get("XDG_CACHE_HOME");
  if (xdg !== undefined && isAbsolute(xdg)) return join(xdg, "epochql");
  const home = env.get("HOME");
  if (home) return join(home, ".cache", "epochql");
  throw new NativeError(
    "not-writable",
    "Cannot set up TensorFlow: HOME or XDG_CACHE_HOME must name a folder, got neither. " +
      "Set XDG_CACHE_HOME to a folder with 1.2 GB free.",
  );
}
