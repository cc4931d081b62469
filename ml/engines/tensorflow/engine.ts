/**
 * The TensorFlow engine: tfjs-node-gpu on a current TensorFlow, on a CUDA GPU or on the CPU. It finds out what is
 * there and how to cut work for it.
 */
import { loadTensorFlow, type TensorFlow } from "../../../native/tensorflow.ts";
import type { Engine } from "../engine.ts";
import { describeProcessor } from "../processor.ts";
import type { Placement } from "./graph_def.ts";
import { nativeBackend } from "./runtime.ts";
import { openSession } from "./session.ts";
import type { DeviceInfo } from "../../device.ts";

/** Options of the engines. */
export interface TensorFlowOptions {
  /**
   * CPU threads, each with a part of every batch; as many as the machine has, if absent. Fixed when the process
   * loads TensorFlow. Another number gives other last bits.
   */
  readonly threads?: number | undefined;
}

/** The engines of the devices that TensorFlow finds. */
export interface TensorFlowEngines {
  readonly cuda?: Engine;
  readonly cpu: Engine;
}

/** The most steps of one call: what a call costs beside its work is small by then. */
const STEPS_PER_CALL = 256;
const EVALUATION_BATCH = 250;
const PREDICTION_BATCH = 100;

/**
 * Loads TensorFlow and finds its devices.
 *
 * @throws {RangeError} if threads is not a whole number of at least 1
 * @throws {Error} if TensorFlow is not set up
 */
export async function openTensorFlow(
  { threads = navigator.hardwareConcurrency }: TensorFlowOptions = {},
): Promise<TensorFlowEngines> {
  if (!Number.isInteger(threads) || threads < 1) {
    throw new RangeError(
      `Cannot train with ${threads} threads: threads must be a whole number of at least 1.`,
    );
  }
  const tf = await loadTensorFlow({ intraOp: 1, interOp: threads });
  const cpu: DeviceInfo = { kind: "CPU", name: describeProcessor(threads), available: true };
  return {
    cpu: engineOn(tf, cpu, "/device:CPU:0", threads),
    ...nativeBackend(tf).isUsingGpuDevice && {
      cuda: engineOn(tf, { kind: "CUDA", name: "NVIDIA GPU", available: true }, "", 1),
    },
  };
}

/** @param parts on a GPU 1: every operation fills the device alone */
function engineOn(tf: TensorFlow, device: DeviceInfo, placement: Placement, parts: number): Engine {
  return {
    device,
    prepare: (plan) =>
      Promise.try(() =>
        openSession(tf, plan, {
          device: `${device.kind} (${device.name})`,
          engine: `TensorFlow ${nativeBackend(tf).binding.TF_Version}`,
          placement,
          sizes: {
            parts,
            stepsPerCall: STEPS_PER_CALL,
            evaluationBatch: EVALUATION_BATCH,
            predictionBatch: PREDICTION_BATCH,
          },
        })
      ),
  };
}
