/// <reference lib="dom" />
/**
 * What a checkpoint takes a picture for, while the picture is drawn: one question is under way at a time, the newest
 * picture is the next.
 */
import { useEffect, useMemo, useRef, useState } from "react";
import { newestWins } from "../../api/newest_wins.ts";
import { pause } from "../../api/pause.ts";
import { ApiError, request } from "../../api/request.ts";
import { errorText } from "../../parts/error_text.ts";
import type { CheckpointSelection } from "../checkpoint_selection.ts";
import { PREDICT_QUERY, type Prediction } from "../operations.ts";

const RETRY_MS = 1000;

/** What is known of the picture. */
export interface Predicted {
  /** The latest answer; undefined while there is none, or no picture. */
  readonly prediction?: Prediction;
  /** Whether it is about the present picture, and not still about the one before. */
  readonly isCurrent: boolean;
  /** Why there is no newer one. */
  readonly error?: string;
}

/** What was answered last. */
interface Heard extends Omit<Predicted, "isCurrent"> {
  readonly question?: Question;
}

interface Question {
  readonly runId: string;
  readonly pixels: readonly number[] | undefined;
  /** As in Asked; undefined: there is nobody to ask. */
  readonly file: string | null | undefined;
}

/**
 * Asks anew when the picture changes, and when another checkpoint is meant.
 *
 * @param pixels grey values, [28, 28]; must keep its identity while it is the same picture
 */
export function usePrediction(
  runId: string,
  pixels: readonly number[] | undefined,
  asked: CheckpointSelection | undefined,
): Predicted {
  const [{ question: answered, ...heard }, setHeard] = useState<Heard>({});
  const { file, checkpoint } = asked ?? {};
  const question = useMemo(
    (): Question => ({ runId, pixels, file }),
    // A new checkpoint is a new question, even if it is asked for in the same words.
    [runId, pixels, file, checkpoint?.file],
  );
  const ask = useRef((_question: Question) => {});
  const newest = useRef<Question>(question);

  useEffect(() => {
    const abort = new AbortController();
    ask.current = newestWins(async (question) => {
      while (question === newest.current && !abort.signal.aborted) {
        const { runId, pixels, file } = question;
        if (!pixels || file === undefined) return setHeard({ question });
        const variables = { runId, pixels, checkpoint: file };
        try {
          const { predict } = await request(PREDICT_QUERY, variables, abort.signal);
          return setHeard({ question, prediction: predict });
        } catch (problem) {
          if (abort.signal.aborted) return;
          setHeard((before) => ({ ...before, error: errorText(problem) }));
          if (problem instanceof ApiError) return;
        }
        // The server is away. A newer picture is not kept waiting for it longer than this one.
        await pause(RETRY_MS, abort.signal);
      }
    });
    return () => abort.abort();
  }, []);

  useEffect(() => {
    newest.current = question;
    ask.current(question);
  }, [question]);

  return { ...heard, isCurrent: answered === question };
}
