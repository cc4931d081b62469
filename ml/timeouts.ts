/** Times of training and prediction. tests/ml/timeouts_test.ts checks that they fit together. */

/** Target duration of a call that trains steps: longer calls cost less overhead, but delay a pause and events. */
export const TRAINING_CALL_MS = 200;

/** Time after which an evaluation lets the event loop run, so that signals are handled. */
export const EVENT_LOOP_INTERVAL_MS = 100;

/** Time without requests after which the thread that augments samples for pictures ends, which frees its memory. */
export const AUGMENTATION_IDLE_MS = 10_000;

/** Time without requests after which the thread that predicts ends, which frees its memory. */
export const CLASSIFIER_IDLE_MS = 60_000;
