/** Networks of checkpoints in a thread of its own, for a process that has something else to do meanwhile. */
import { createRequestThread } from "../../../lib/process/request_thread.ts";
import { CLASSIFIER_IDLE_MS } from "../../timeouts.ts";
import {
  type Classifier,
  type ClassifyAnswer,
  classifyBy,
  type ClassifyRequest,
} from "../classifier.ts";
import { type SentArray, toSent } from "./sent_array.ts";

/** A request to the thread. */
export interface SentClassification extends Omit<ClassifyRequest, "samples"> {
  readonly samples: SentArray<"Uint8Array" | "Float32Array">;
}

/** Makes a classifier; its thread starts when it is needed. */
export function createClassifier(idleMs: number = CLASSIFIER_IDLE_MS): Classifier {
  const thread = createRequestThread<SentClassification, ClassifyAnswer>(
    new URL("./worker.ts", import.meta.url),
    idleMs,
  );
  const ask = ({ samples, ...request }: ClassifyRequest): Promise<ClassifyAnswer> => {
    const sent = samples instanceof Uint8Array
      ? toSent("Uint8Array", samples)
      : toSent("Float32Array", samples);
    return thread.ask({ ...request, samples: sent }, [sent.bytes]);
  };
  return {
    classify: (checkpoint, samples) => classifyBy(ask, checkpoint, samples),
    close: () => thread.end(new Error("Cannot classify: the classifier is closed.")),
  };
}
