/**
 * Reads the load of an NVIDIA GPU from nvidia-smi, which needs no native code in this process.
 */
import type { GpuUse } from "../log/events/training/system.ts";
import { GPU_QUERY_TIMEOUT_MS } from "../timeouts.ts";

/** Paths of nvidia-smi: on Linux, in containers on Kubernetes, on WSL. */
export const NVIDIA_SMI: readonly string[] = [
  "/usr/bin/nvidia-smi",
  "/usr/local/nvidia/bin/nvidia-smi",
  "/usr/lib/wsl/lib/nvidia-smi",
];

/** Reads a GPU's load; null if that fails. */
export type GpuReader = () => Promise<GpuUse | null>;

const MIB = 2 ** 20;

/**
 * Creates a reader for one GPU.
 *
 * @param gpu its number or UUID, as in CUDA_VISIBLE_DEVICES
 * @param programs possible paths of nvidia-smi
 */
export function createGpuReader(gpu = "0", programs = NVIDIA_SMI): GpuReader {
  const left = [...programs];
  return async () => {
    for (let program = left[0]; program !== undefined; program = left[0]) {
      try {
        const { success, stdout } = await new Deno.Command(program, {
          args: [
            `--id=${gpu}`,
            "--query-gpu=utilization.gpu,memory.used",
            "--format=csv,noheader,nounits",
          ],
          stdin: "null",
          stderr: "null",
          signal: AbortSignal.timeout(GPU_QUERY_TIMEOUT_MS),
        }).output();
        return success ? parse(new TextDecoder().decode(stdout)) : null;
      } catch (error) {
        if (!isMissing(error)) return null;
        left.shift();
      }
    }
    return null;
  };
}

/** Returns true if the program is missing. A worker may run it at each of its paths. */
function isMissing(error: unknown): boolean {
  return error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotCapable;
}

/** Reads '87, 1024': percent and MiB, or '[N/A]'. */
function parse(line: string): GpuUse {
  const [utilization, memory] = line.split(",").map((field) => {
    const number = Number.parseFloat(field);
    return Number.isFinite(number) ? number : undefined;
  });
  return {
    utilization: utilization === undefined ? null : utilization / 100,
    memoryBytes: memory === undefined ? null : memory * MIB,
  };
}
