/** The registry of engines, by device: the only list of them. It loads native code, which the API process must not. */
import { errorMessage } from "../../lib/error_message.ts";
import type { DeviceInfo, DeviceKind } from "../device.ts";
import type { Device, EngineName } from "../spec/spec.ts";
import type { Engine } from "./engine.ts";
import { openNative } from "./native/engine.ts";
import { openTensorFlow, type TensorFlowOptions } from "./tensorflow/engine.ts";

/** Thrown when the requested device is unavailable. The message names the remedy. */
export class DeviceUnavailableError extends Error {
  override readonly name = "DeviceUnavailableError";
  constructor(readonly device: Device, reason: string, options?: ErrorOptions) {
    super(`Cannot train on ${device}: ${reason}`, options);
  }
}

/** The engine of a kind of device. */
interface EngineEntry {
  /** The device's name where it is unavailable. */
  readonly name: string;
  /** @throws {Error} if the device is unavailable; the message is the reason and the remedy */
  open(options: TensorFlowOptions): Promise<Engine>;
}

const NO_CUDA =
  "TensorFlow finds no CUDA GPU here. On a machine with an NVIDIA GPU and its driver, " +
  "run `deno task setup --gpu` and start again.";
const NO_WEBGPU = "WebGPU training is not part of this version. Use CPU or CUDA.";

const ENGINES = {
  CUDA: {
    name: "NVIDIA GPU",
    async open(options) {
      const { cuda } = await openTensorFlow(options);
      if (!cuda) throw new Error(NO_CUDA);
      return cuda;
    },
  },
  CPU: {
    name: "CPU",
    open: async (options) => (await openTensorFlow(options)).cpu,
  },
  WEBGPU: {
    name: "WebGPU",
    open: () => Promise.reject(new Error(NO_WEBGPU)),
  },
} as const satisfies Readonly<Record<DeviceKind, EngineEntry>>;

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

/** The engine of a training, with the threads of the CPU. */
export interface EngineOptions extends TensorFlowOptions {
  /** AUTO if absent: TensorFlow. */
  readonly engine?: EngineName | undefined;
}

/**
 * Opens the engine of a device. AUTO is CUDA if available, else the CPU; the native engine is the CPU's.
 *
 * @throws {RangeError} if an option is invalid
 * @throws {DeviceUnavailableError} if the device is unavailable, or the engine cannot be loaded
 */
export async function selectEngine(
  device: Device,
  { engine = "AUTO", ...options }: EngineOptions = {},
): Promise<Engine> {
  if (engine === "NATIVE") return selectNative(device, options);
  let cause: unknown;
  for (const kind of device === "AUTO" ? AUTO : [device]) {
    try {
      return await ENGINES[kind].open(options);
    } catch (error) {
      if (error instanceof RangeError) throw error;
      cause = error;
    }
  }
  throw new DeviceUnavailableError(device, errorMessage(cause), { cause });
}

/** Opens the native engine. */
function selectNative(device: Device, options: TensorFlowOptions): Engine {
  if (device !== "AUTO" && device !== "CPU") {
    throw new DeviceUnavailableError(
      device,
      "the native engine trains on CPUs. Use the device CPU, or the engine TENSORFLOW.",
    );
  }
  try {
    return openNative(options);
  } catch (cause) {
    if (cause instanceof RangeError) throw cause;
    const reason = `${errorMessage(cause)} Run \`deno task setup\`, or use the engine TENSORFLOW.`;
    throw new DeviceUnavailableError("CPU", reason, { cause });
  }
}
