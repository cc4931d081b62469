/**
 * Loads TensorFlow into this process: the npm package @tensorflow/tfjs-node-gpu with the library that setup.ts has
 * installed. Only processes that train import this file, since native code can crash its process; they need the
 * permissions of permissions.ts.
 */
import util from "node:util";
import { messageOf, NativeError } from "./errors.ts";
import { addonFile } from "./paths.ts";

/** The package, with its backend registered. */
export type TensorFlow = typeof import("@tensorflow/tfjs-node-gpu");

/** CPU threads. They are fixed when the process loads TensorFlow for the first time. */
export interface ThreadCounts {
  /** Threads that share the work of one operation. */
  readonly intraOp: number;
  /** Operations that run side by side. */
  readonly interOp: number;
}

/** TensorFlow's version and capabilities. */
export interface TensorFlowInfo {
  /** '2.21.0' */
  readonly version: string;
  /** True if it computes on an NVIDIA GPU. */
  readonly gpu: boolean;
}

/**
 * Loads TensorFlow. The first call of a process fixes the numbers of threads.
 *
 * @throws {NativeError} if it is not set up, or does not load
 *
 * @example
 * ```ts
 * const tf = await loadTensorFlow({ intraOp: 1, interOp: 4 });
 * tf.ones([2, 3]).sum().dataSync(); // [6]
 * ```
 */
export async function loadTensorFlow({ intraOp, interOp }: ThreadCounts): Promise<TensorFlow> {
  setEnvironment({
    TF_NUM_INTRAOP_THREADS: String(intraOp),
    TF_NUM_INTEROP_THREADS: String(interOp),
    OMP_NUM_THREADS: String(intraOp),
  });
  await mustBeSetUp();
  // Variables of the user have precedence. Without growth, TensorFlow allocates the whole GPU.
  setDefaults({ TF_CPP_MIN_LOG_LEVEL: "2", TF_FORCE_GPU_ALLOW_GROWTH: "true" });
  // The package calls a function that Node has removed.
  const shimmed = util as { isNullOrUndefined?: (value: unknown) => boolean };
  shimmed.isNullOrUndefined ??= (value) => value === null || value === undefined;
  try {
    return await import("@tensorflow/tfjs-node-gpu");
  } catch (error) {
    throw explainLoadError(messageOf(error), error);
  }
}

/** Finds out at once whether there is an addon: the package takes half a second to say so. */
async function mustBeSetUp(): Promise<void> {
  try {
    await Deno.stat(addonFile());
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) return; // The package says what is wrong.
    throw explainLoadError("Cannot find module", error);
  }
}

/** Returns the version and capabilities of a loaded TensorFlow. */
export function inspectTensorFlow(tf: TensorFlow): TensorFlowInfo {
  // The package returns the general type of backends; this one is always NodeJSKernelBackend.
  const { binding, isUsingGpuDevice } = tf.backend() as unknown as {
    readonly binding: { readonly TF_Version: string };
    readonly isUsingGpuDevice: boolean;
  };
  return { version: binding.TF_Version, gpu: isUsingGpuDevice };
}

/** Creates the error of a TensorFlow that does not load, with the remedy. */
export function explainLoadError(message: string, cause?: unknown): NativeError {
  const options = cause === undefined ? {} : { cause };
  const first = message.split("\n")[0]?.trim() ?? "";
  if (/can not be found at path|Cannot find module|Could not find .*tfjs-node-gpu/.test(message)) {
    return new NativeError(
      "not-set-up",
      `Cannot load TensorFlow: its addon must be built, got no file ${addonFile()}. Run 'deno task setup'.`,
      options,
    );
  }
  const missing = /(\S+): cannot open shared object file|Library not loaded: (\S+)/.exec(message);
  if (missing) {
    const library = missing[1] ?? missing[2] ?? "";
    return new NativeError(
      "does-not-load",
      `Cannot load TensorFlow: the library ${library} must be installed, got none. ${
        /tensorflow/.test(library)
          ? "Run 'deno task setup'."
          : "Install it with your system's package manager."
      }`,
      options,
    );
  }
  const old = /version [`']((?:GLIBC|GLIBCXX|CXXABI)_[\d.]+)' not found/.exec(message);
  if (old) {
    return new NativeError(
      "does-not-load",
      `Cannot load TensorFlow: the system's C and C++ libraries must have ${
        old[1]
      }, got older ones. ` +
        "Use a system with glibc 2.27 or later and a current libstdc++, such as Debian 12 or Ubuntu 22.04.",
      options,
    );
  }
  const permission = /Requires (.+?), run again with the (--\S+) flag/.exec(message);
  if (permission) {
    return new NativeError(
      "does-not-load",
      `Cannot load TensorFlow: the process must have the permissions of native/permissions.ts, got one without ${
        permission[1]
      }.`,
      options,
    );
  }
  return new NativeError(
    "does-not-load",
    `Cannot load TensorFlow: its addon must load, got '${first}'. Run 'deno task doctor' to see what is wrong.`,
    options,
  );
}

function setEnvironment(variables: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(variables)) Deno.env.set(name, value);
}

function setDefaults(variables: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(variables)) {
    if (!Deno.env.has(name)) Deno.env.set(name, value);
  }
}
