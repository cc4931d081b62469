/**
 * A training that begins before its run is written down: the process that trains takes a while to start, and
 * what else there is to do is done meanwhile. It also tells early whether the training can be done at all.
 */
import { differingFields } from "../../ml/spec/compare.ts";
import type { TrainingSpec } from "../../ml/spec/spec.ts";
import type { Trainer, TrainerEvent, TrainOptions } from "../../runs/trainer/trainer.ts";

/** A training that has begun. */
export interface EarlyTraining {
  /**
   * Resolves when the first step is about to be taken.
   *
   * @throws what the trainer throws: that the training cannot be done, and why
   */
  readonly begun: Promise<void>;
  /** A trainer whose first training is this one. */
  readonly trainer: Trainer;
  /** Ends the training, if nobody has taken it. */
  abandon(): Promise<void>;
}

/**
 * Begins to train a spec.
 *
 * @param checkpointFolder where it writes checkpoints
 */
export function beginEarly(
  trainer: Trainer,
  spec: TrainingSpec,
  checkpointFolder: string,
): EarlyTraining {
  const [stop, pause] = [new AbortController(), new AbortController()];
  const events = trainer.train(spec, {
    signal: stop.signal,
    pause: pause.signal,
    checkpointFolder,
  })[Symbol.asyncIterator]();
  const first = events.next();
  const begun = first.then(() => {});
  begun.catch(() => {}); // Whoever takes the training sees it too.
  let isTaken = false;

  async function* take(options: TrainOptions): AsyncGenerator<TrainerEvent, void> {
    const letGo = [follow(options.signal, stop), follow(options.pause, pause)];
    try {
      for (let next = await first; !next.done; next = await events.next()) yield next.value;
    } finally {
      for (const go of letGo) go();
      await events.return?.();
    }
  }

  return {
    begun,
    trainer: {
      devices: (options) => trainer.devices(options),
      train(wanted, options) {
        if (isTaken || options.from !== undefined || differingFields(wanted, spec).length > 0) {
          return trainer.train(wanted, options);
        }
        isTaken = true;
        return take(options);
      },
    },
    async abandon() {
      if (isTaken) return;
      stop.abort();
      await events.return?.();
    },
  };
}

/** Aborts when a signal does; gives what ends that. */
function follow(signal: AbortSignal | undefined, controller: AbortController): () => void {
  const abort = () => controller.abort(signal?.reason);
  if (signal?.aborted) abort();
  else signal?.addEventListener("abort", abort, { once: true });
  return () => signal?.removeEventListener("abort", abort);
}
