/**
 * The child that proves TensorFlow: loads it, computes something, and prints what it found as one line of JSON. A process of
 * its own, because native code may take its process down. prove.ts runs it.
 */
import { inspectTensorFlow, loadTensorFlow } from "./tensorflow.ts";

/** Output of the child process. */
export interface Found {
  /** TensorFlow's version, as the library says it. */
  readonly version: string;
  /** True if it computes on a GPU. */
  readonly gpu: boolean;
  /** A sum that only a working library gets right. */
  readonly sum: number;
}

if (import.meta.main) {
  const tf = await loadTensorFlow({ intraOp: 1, interOp: 1 });
  const sum = tf.tidy(() =>
    tf.matMul(tf.ones([8, 16]), tf.ones([16, 8])).sum().dataSync()[0] ?? NaN
  );
  const found: Found = { ...inspectTensorFlow(tf), sum };
  console.log(JSON.stringify(found));
}
