/** Converts a trainer's usage reports to measurements for the log: each is the difference between two reports. */
import type { GpuUse, SystemEvent } from "../log/events/training/system.ts";
import type { GpuReader } from "../trainer/gpu.ts";
import type { TrainerEvent, UsageReport } from "../trainer/trainer.ts";

/** An event of a training, with measurements in place of usage reports. */
export type MeasuredEvent = Exclude<TrainerEvent, UsageReport> | SystemEvent;

/** Options of sampleSystem(). */
export interface MeasureOptions {
  /** Number of samples per step. */
  readonly batchSize: number;
  /** Reads the load of the GPU, if the training uses one. */
  readonly readGpu?: GpuReader | undefined;
}

/** Yields a trainer's events, with usage reports replaced by measurements. */
export async function* sampleSystem(
  events: AsyncIterable<TrainerEvent>,
  { batchSize, readGpu }: MeasureOptions,
): AsyncGenerator<MeasuredEvent, void> {
  let last: UsageReport | undefined;
  let samples = 0;
  let gpu: GpuUse | null = null;
  let asksGpu = false;
  for await (const report of events) {
    switch (report.type) {
      case "usage": {
        const seconds = last ? report.seconds - last.seconds : 0;
        if (last && seconds > 0) {
          yield {
            type: "system",
            cpuCores: round((report.cpuSeconds - last.cpuSeconds) / seconds),
            memoryBytes: report.memoryBytes,
            samplesPerSecond: round(samples / seconds),
            gpu,
          };
        }
        last = report;
        samples = 0;
        // The training does not wait for the driver: the result is used by the next measurement.
        if (asksGpu) readGpu?.().then((use) => gpu = use, () => gpu = null);
        break;
      }
      case "started":
        asksGpu = report.device.startsWith("CUDA");
        yield report;
        break;
      case "batches":
        samples += report.losses.length * batchSize;
        yield report;
        break;
      default:
        yield report;
    }
  }
}

/** Rounds to the precision of a measurement. */
function round(value: number): number {
  return Number(value.toPrecision(4));
}
