/** The name of this machine's processor, for people. */
import os from "node:os";

/**
 * Describes the processor and the threads on it: 'AMD EPYC, 2 threads'; without the model where this process has no
 * permission to read it.
 */
export function describeProcessor(threads: number): string {
  const count = `${threads} ${threads === 1 ? "thread" : "threads"}`;
  try {
    return [os.cpus()[0]?.model.trim(), count].filter(Boolean).join(", ");
  } catch {
    return count;
  }
}
