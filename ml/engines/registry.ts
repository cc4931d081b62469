/** Which devices are there, and the engine for the one asked for. Both load TensorFlow: not for the API process. */
import { errorMessage } from "../../lib/error_message.ts";
import type { Device } from "../spec/spec.ts";
import type { Engine } from "./engine.ts";
import { openTensorFlow, type TensorFlowOptions } from "./tensorflow/engine.ts";
import type { DeviceInfo } from "../device.ts";

/** A device that was asked for and is not there. The message says what to do. */
export class DeviceUnavailableError extends Error {
  override readonly name = "DeviceUnavailableError";
  constructor(readonly device: Device, reason: string, options?: ErrorOptions) {
    super(`Cannot train on ${device}: ${reason}`, options);
  }
}

const NO_CUDA =
  "TensorFlow finds no CUDA GPU here. On a machine with an NVIDIA GPU and its driver, " +
  "run `deno task setup --gpu` and start again.";
const NO_WEBGPU = "WebGPU training is not part of this version. Use CPU or CUDA.";

/** Every kind of device: there, or why not. */
export async function listDevices(
  options: TensorFlowOptions = {},
): Promise<readonly DeviceInfo[]> {
  const webgpu: DeviceInfo = {
    kind: "WEBGPU",
    name: "WebGPU",
    available: false,
    reason: NO_WEBGPU,
  };
  try {
    const { cuda, cpu } = await openTensorFlow(options);
    const missing: DeviceInfo = {
      kind: "CUDA",
      name: "NVIDIA GPU",
      available: false,
      reason: NO_CUDA,
    };
    return [cuda?.device ?? missing, cpu.device, webgpu];
  } catch (error) {
    if (error instanceof RangeError) throw error;
    const missing = { available: false, reason: errorMessage(error) };
    return [
      { kind: "CUDA", name: "NVIDIA GPU", ...missing },
      { kind: "CPU", name: "CPU", ...missing },
      webgpu,
    ];
  }
}

/**
 * Opens the engine of a device. AUTO takes CUDA where it is, else the CPU.
 *
 * @throws {DeviceUnavailableError} if the device is not there, or TensorFlow cannot be loaded
 */
export async function selectEngine(
  device: Device,
  options: TensorFlowOptions = {},
): Promise<Engine> {
  if (device === "WEBGPU") throw new DeviceUnavailableError(device, NO_WEBGPU);
  const engines = await openTensorFlow(options).catch((cause) => {
    if (cause instanceof RangeError) throw cause;
    throw new DeviceUnavailableError(device, errorMessage(cause), { cause });
  });
  switch (device) {
    case "AUTO":
      return engines.cuda ?? engines.cpu;
    case "CUDA":
      if (!engines.cuda) throw new DeviceUnavailableError(device, NO_CUDA);
      return engines.cuda;
    case "CPU":
      return engines.cpu;
    default:
      return device satisfies never;
  }
}
