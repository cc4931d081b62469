/// <reference lib="dom" />
/**
 * A checkpoint's prediction while the picture is drawn. One request is in flight at a time; the newest
 * picture is next.
 */
import { useEffect, useMemo, useRef, useState } from "react";
import { newestWins } from "../../api/newest_wins.ts";
import { delay } from "../../../lib/delay.ts";
import { mayPass, request } from "../../api/request.ts";
import { errorText } from "../../parts/error_text.ts";
import type { CheckpointSelection } from "../checkpoint_selection.ts";
import { PREDICT_QUERY, type Prediction } from "../operations.ts";
import { REQUEST_RETRY_MS } from "../../timeouts.ts";

/** State of the prediction. */
export interface Predicted {
  /** The latest prediction; undefined without one, or without a picture. */
  readonly prediction?: Prediction;
  /** True if it belongs to the current picture. */
  readonly isCurrent: boolean;
  /** The reason why there is no newer one. */
  readonly error?: string;
}

/** The last answer. */
interface LatestAnswer extends Omit<Predicted, "isCurrent"> {
  readonly question?: Question;
}

interface Question {
  readonly runId: string;
  readonly pixels: readonly number[] | undefined;
  /** As in CheckpointSelection; undefined without a checkpoint. */
  readonly file: string | null | undefined;
}

/**
 * Requests a prediction when the picture or the checkpoint changes.
 *
 * @param pixels grey values, [28, 28]; must keep its identity while it is the same picture
 */
export function usePrediction(
  runId: string,
  pixels: readonly number[] | undefined,
  asked: CheckpointSelection | undefined,
): Predicted {
  const [{ question: answered, ...answer }, setAnswer] = useState<LatestAnswer>({});
  const { file, checkpoint } = asked ?? {};
  const question = useMemo(
    (): Question => ({ runId, pixels, file }),
    // A new newest checkpoint is a new question, even with the same variables.
    [runId, pixels, file, checkpoint?.file],
  );
  const ask = useRef((_question: Question) => {});
  const newest = useRef<Question>(question);

  useEffect(() => {
    const abort = new AbortController();
    ask.current = newestWins(async (question) => {
      while (question === newest.current && !abort.signal.aborted) {
        const { runId, pixels, file } = question;
        if (!pixels || file === undefined) return setAnswer({ question });
        const variables = { runId, pixels, checkpoint: file };
        try {
          const { predict } = await request(PREDICT_QUERY, variables, abort.signal);
          return setAnswer({ question, prediction: predict });
        } catch (problem) {
          if (abort.signal.aborted) return;
          setAnswer((before) => ({ ...before, error: errorText(problem) }));
          if (!mayPass(problem)) return;
        }
        // The server cannot be reached. A newer picture is tried at the same time as this one would
        // be.
        await delay(REQUEST_RETRY_MS, abort.signal);
      }
    });
    return () => abort.abort();
  }, []);

  useEffect(() => {
    newest.current = question;
    ask.current(question);
  }, [question]);

  return { ...answer, isCurrent: answered === question };
}
