/**
 * Child process that verifies TensorFlow: loads it, computes a product and prints the result as one line of JSON. It is
 * a process of its own because native code may crash it. verify.ts runs it.
 */
import { inspectTensorFlow, loadTensorFlow } from "./tensorflow.ts";

/** Output of the child process. */
export interface ProbeResult {
  /** Version that the library reports. */
  readonly version: string;
  /** True if it computes on a GPU. */
  readonly gpu: boolean;
  /** Sum of the product, which only a working library gets right. */
  readonly sum: number;
}

if (import.meta.main) {
  const tf = await loadTensorFlow({ intraOp: 1, interOp: 1 });
  const sum = tf.tidy(() =>
    tf.matMul(tf.ones([8, 16]), tf.ones([16, 8])).sum().dataSync()[0] ?? NaN
  );
  const found: ProbeResult = { ...inspectTensorFlow(tf), sum };
  console.log(JSON.stringify(found));
}
