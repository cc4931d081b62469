/** Devices that networks train on, as the engines find them. */
import type { Device } from "./spec/spec.ts";

/** A kind of device: every device that can be requested but AUTO, which selects one of them. */
export type DeviceKind = Exclude<Device, "AUTO">;

/** A device of this machine, or the reason why it is unavailable. */
export interface DeviceInfo {
  readonly kind: DeviceKind;
  /** 'AMD EPYC, 2 threads' */
  readonly name: string;
  readonly available: boolean;
  /** Why the device is unavailable, and how to make it available. */
  readonly reason?: string;
}
