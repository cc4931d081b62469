/** The registry of engines: the only list of them. It loads native code, which the API process must not. */
import { errorMessage } from "../../lib/error_message.ts";
import { NativeError } from "../../native/errors.ts";
import { packageFolder } from "../../native/paths.ts";
import { readStamp } from "../../native/setup_stamp.ts";
import type { DeviceInfo, DeviceKind } from "../device.ts";
import type { Device, EngineName } from "../spec/spec.ts";
import { DEFAULT_CPU_ENGINE, type NamedEngine } from "../spec/engine_choice.ts";
import type { Engine } from "./engine.ts";
import { openNative } from "./native/engine.ts";
import type { TensorFlowOptions } from "./tensorflow/engine.ts";

/** Thrown when the requested device is unavailable. The message names the remedy. */
export class DeviceUnavailableError extends Error {
  override readonly name = "DeviceUnavailableError";
  constructor(readonly device: Device, reason: string, options?: ErrorOptions) {
    super(`Cannot train on ${device}: ${reason}`, options);
  }
}

/** Thrown when TensorFlow is to train, is not set up, and the caller has said that it can set it up. */
export class NotSetUpError extends Error {
  override readonly name = "NotSetUpError";
}

/** The threads of the CPU, and which of its engines trains. */
export interface EngineOptions extends TensorFlowOptions {
  /** AUTO if absent: TensorFlow on GPUs, and the default engine on CPUs, or the other one where that is unavailable. */
  readonly engine?: EngineName | undefined;
  /** The engine that the training has been on, as its session names it: AUTO stays with it. */
  readonly lastEngine?: string | undefined;
  /** True to get a NotSetUpError for an engine that can be set up. */
  readonly canSetUp?: boolean | undefined;
  /** Path of the native engine's library; where set-up has put it, if absent. */
  readonly library?: string | undefined;
  /** Receives the reason why AUTO does not take the engine that it prefers. */
  readonly onFallback?: ((reason: string) => void) | undefined;
}

/**
 * Opens TensorFlow's engines. What lowers graphs for them is loaded only then: it would take memory beside another
 * engine.
 */
async function openTensorFlow(options: TensorFlowOptions) {
  const engine = await import("./tensorflow/engine.ts");
  return await engine.openTensorFlow(options);
}

/** The engine of a kind of device. */
interface EngineEntry {
  /** The device's name where it is unavailable. */
  readonly name: string;
  /** @throws {Error} if the device is unavailable; the message is the reason and the remedy */
  open(options: EngineOptions): Promise<Engine>;
}

const NO_CUDA =
  "TensorFlow finds no CUDA GPU here. On a machine with an NVIDIA GPU and its driver, " +
  "run `deno task setup --gpu` and start again.";
const NO_WEBGPU = "WebGPU training is not part of this version. Use CPU or CUDA.";

const ENGINES = {
  CUDA: {
    name: "NVIDIA GPU",
    async open(options) {
      // Loading another build would take half a second to say the same.
      const build = (await readStamp(packageFolder()))?.build;
      const { cuda } = build === "cuda" ? await openTensorFlow(options) : {};
      if (!cuda) throw new Error(NO_CUDA);
      return cuda;
    },
  },
  CPU: { name: "CPU", open: openCpu },
  WEBGPU: {
    name: "WebGPU",
    open: () => Promise.reject(new Error(NO_WEBGPU)),
  },
} as const satisfies Readonly<Record<DeviceKind, EngineEntry>>;

/** The engines of the CPU. */
const CPU_ENGINES = {
  NATIVE: {
    label: "The native engine",
    // Names of sessions begin with it.
    prefix: "Native ",
    open: ({ threads, library }) => Promise.try(() => openNative({ threads, library })),
  },
  TENSORFLOW: {
    label: "TensorFlow",
    prefix: "TensorFlow ",
    open: async ({ threads }) => (await openTensorFlow({ threads })).cpu,
  },
} as const satisfies Readonly<
  Record<NamedEngine, {
    readonly label: string;
    readonly prefix: string;
    open(options: EngineOptions): Promise<Engine>;
  }>
>;

const CPU_ENGINE_NAMES = Object.keys(CPU_ENGINES) as readonly NamedEngine[];

/** The devices that AUTO tries, best first. */
const AUTO = ["CUDA", "CPU"] as const satisfies readonly DeviceKind[];

/**
 * Lists every kind of device, available or not.
 *
 * @throws {RangeError} if an option is invalid
 */
export async function listDevices(
  options: TensorFlowOptions = {},
): Promise<readonly DeviceInfo[]> {
  const devices: DeviceInfo[] = [];
  for (const kind of Object.keys(ENGINES) as DeviceKind[]) {
    const { name, open } = ENGINES[kind];
    try {
      devices.push((await open(options)).device);
    } catch (error) {
      if (error instanceof RangeError) throw error;
      devices.push({ kind, name, available: false, reason: errorMessage(error) });
    }
  }
  return devices;
}

/**
 * Opens the engine of a device. AUTO is CUDA if available, else the CPU; the native engine is the CPU's.
 *
 * @throws {RangeError} if an option is invalid
 * @throws {NotSetUpError} if the engine is not set up, and the caller can do that
 * @throws {DeviceUnavailableError} if the device is unavailable, or the engine cannot be loaded
 */
export async function selectEngine(device: Device, options: EngineOptions = {}): Promise<Engine> {
  const isNative = options.engine === "NATIVE";
  if (isNative && device !== "AUTO" && device !== "CPU") {
    throw new DeviceUnavailableError(
      device,
      "the native engine trains on CPUs. Use the device CPU, or the engine TENSORFLOW.",
    );
  }
  const kinds = device !== "AUTO" ? [device] : isNative ? ["CPU"] as const : AUTO;
  let cause: unknown;
  for (const kind of kinds) {
    try {
      return await ENGINES[kind].open(options);
    } catch (error) {
      if (error instanceof RangeError || error instanceof NotSetUpError) throw error;
      cause = error;
    }
  }
  throw new DeviceUnavailableError(isNative ? "CPU" : device, errorMessage(cause), { cause });
}

/** Opens the engine of the CPU that is asked for; for AUTO, the first that can be had. */
async function openCpu({ engine = "AUTO", ...options }: EngineOptions): Promise<Engine> {
  const reasons: string[] = [];
  for (const name of engine === "AUTO" ? preferred(options.lastEngine) : [engine]) {
    const { label, open } = CPU_ENGINES[name];
    try {
      const opened = await open(options);
      if (reasons.length > 0) options.onFallback?.(`${reasons.join(" ")} ${label} trains instead.`);
      return opened;
    } catch (error) {
      if (error instanceof RangeError) throw error;
      if (options.canSetUp && isNotSetUp(error)) {
        throw new NotSetUpError(errorMessage(error), { cause: error });
      }
      reasons.push(explain(name, errorMessage(error), engine));
    }
  }
  throw new Error(reasons.join(" "));
}

/** Lists the engines of the CPU, the one to try first at the start. */
function preferred(lastEngine: string | undefined): readonly NamedEngine[] {
  const last = CPU_ENGINE_NAMES.find((name) => lastEngine?.startsWith(CPU_ENGINES[name].prefix));
  const first = last ?? DEFAULT_CPU_ENGINE;
  return [first, ...CPU_ENGINE_NAMES.filter((name) => name !== first)];
}

function explain(name: NamedEngine, reason: string, asked: EngineName): string {
  if (name === "TENSORFLOW") return reason;
  const other = asked === "AUTO" ? "" : ", or use the engine TENSORFLOW";
  const remedy = "Run `deno task setup`";
  const problem = reason.replace(` ${remedy}.`, "");
  return `The native engine is not available: ${problem} ${remedy}${other}.`;
}

function isNotSetUp(error: unknown): boolean {
  return error instanceof NativeError && error.problem === "not-set-up";
}
