/** The times of training fit together, and with those of the worker that stops it. */
import { describe, it } from "@std/testing/bdd";
import { CLASSIFIER_IDLE_MS, EVENT_LOOP_INTERVAL_MS, TRAINING_CALL_MS } from "../../ml/timeouts.ts";
import { EVALUATION_PART_MS, GRACE_TIMEOUT_MS } from "../../runs/timeouts.ts";
import { ascend } from "../support/ascend.ts";

describe("the times of training", () => {
  it("handle a stop well within the time that is left to save", () => {
    ascend(10 * EVENT_LOOP_INTERVAL_MS, GRACE_TIMEOUT_MS);
    ascend(10 * TRAINING_CALL_MS, GRACE_TIMEOUT_MS);
  });

  it("keep the classifier between the parts of an evaluation", () => {
    ascend(100 * EVALUATION_PART_MS, CLASSIFIER_IDLE_MS);
  });
});
