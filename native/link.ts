/**
 * Links the cached files into the npm package's folder, where the addon and TensorFlow look for them:
 *
 *     lib/napi-v8/tfjs_binding.node    the addon, a copy
 *     deps/lib/                        links to TensorFlow's libraries
 *     deps/cuda/                       links to NVIDIA's libraries, all side by side
 *     deps/nvidia/NAME/lib             deps/cuda under each name that TensorFlow's RUNPATH knows
 *
 * NVIDIA's libraries look for each other in their own folder, so that one folder serves all. Files are replaced one by
 * one: a running process keeps those that it has loaded.
 */
import { basename, join } from "node:path";
import { replace, replaceLink } from "./files.ts";
import { addonFile, libraryFolder } from "./paths.ts";

/** Files to link. */
export interface Parts {
  readonly addon: string;
  /** TensorFlow's libraries in the cache. */
  readonly libraries: readonly string[];
  /** NVIDIA's libraries in the cache; none for the CPU build. */
  readonly cuda: readonly string[];
}

/** Folders of NVIDIA's wheels in which TensorFlow looks for libraries. */
const NVIDIA_FOLDERS = ["cublas", "cuda_runtime", "cudnn", "cufft", "cusolver", "cusparse"];

/** Creates the links. */
export async function linkParts(folder: string, parts: Parts): Promise<void> {
  await replace(addonFile(folder), (part) => Deno.copyFile(parts.addon, part));
  for (const library of parts.libraries) {
    await replaceLink(join(libraryFolder(folder), basename(library)), library);
  }
  const [cuda, nvidia] = [join(folder, "deps", "cuda"), join(folder, "deps", "nvidia")];
  if (parts.cuda.length === 0) {
    for (const old of [nvidia, cuda]) await Deno.remove(old, { recursive: true }).catch(() => {});
    return;
  }
  for (const library of parts.cuda) await replaceLink(join(cuda, basename(library)), library);
  for (const name of NVIDIA_FOLDERS) {
    await replaceLink(join(nvidia, name, "lib"), join("..", "..", "cuda"));
  }
}

/** Returns all files that must exist for TensorFlow to load. */
export function placedFiles(folder: string, parts: Parts): readonly string[] {
  return [
    addonFile(folder),
    ...parts.libraries.map((library) => join(libraryFolder(folder), basename(library))),
    ...parts.cuda.map((library) => join(folder, "deps", "cuda", basename(library))),
  ];
}
