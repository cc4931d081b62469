/**
 * Classifies by checkpoints in a process of its own, which loads the native engine: native code may crash, and the
 * server has no permission to load it. The process starts with the first samples and ends when it had none for a while.
 */
import { clearTimeout, setTimeout } from "node:timers";
import { fileURLToPath } from "node:url";
import {
  describeEnd,
  describeOutput,
  keepErrorOutput,
  killIfAlive,
  setReferenced,
  startChild,
} from "../../lib/process/child.ts";
import { errorMessage } from "../../lib/error_message.ts";
import { readFrames } from "../../lib/process/frames.ts";
import {
  type Classifier,
  type ClassifyAnswer,
  classifyBy,
  type ClassifyRequest,
} from "../../ml/engines/classifier.ts";
import { CLASSIFIER_IDLE_MS } from "../../ml/timeouts.ts";
import { kernelsFile } from "../../native/paths.ts";
import { PREDICTION_TIMEOUT_MS } from "../timeouts.ts";
import { predictorPermissions } from "./permissions.ts";
import { decodeReply, encodeRequest } from "./protocol.ts";

/** Thrown if the process died before it had answered. */
export class PredictorCrashedError extends Error {
  override readonly name = "PredictorCrashedError";
}

/** Thrown if there is no process that can predict: the engine is not set up, or no process can be started. */
export class PredictorUnavailableError extends Error {
  override readonly name = "PredictorUnavailableError";
}

/** Inputs of a predictor process. */
export interface PredictorProcessOptions {
  /** The folder of the copies of checkpoints that are lent. */
  readonly scratch: string;
  /** Path of the native engine's library. Default: where set-up has put it. */
  readonly library?: string | undefined;
  /** Time without requests after which the process ends. */
  readonly idleMs?: number | undefined;
  /** Time without any answer after which it is taken to hang, and killed. */
  readonly timeoutMs?: number | undefined;
  /** Called with the process' id when one has started. */
  readonly onStart?: ((pid: number) => void) | undefined;
}

/** The largest heap of a predictor in MB; weights and samples are beside it. */
const MAX_HEAP_MB = 512;

/** A running process. */
interface Running {
  readonly child: Deno.ChildProcess;
  readonly input: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  /** Unanswered requests, by number. */
  readonly open: Map<number, PromiseWithResolvers<ClassifyAnswer>>;
  /** Rejects the unanswered requests and those to come, and kills the process. */
  end(error: Error): void;
  timer?: NodeJS.Timeout;
}

/** Makes a classifier; its process starts when it is needed. */
export function createPredictorProcess(options: PredictorProcessOptions): Classifier {
  const { idleMs = CLASSIFIER_IDLE_MS, timeoutMs = PREDICTION_TIMEOUT_MS } = options;
  let running: Running | undefined;
  let requests = 0;

  const start = (): Running => {
    const child = spawn(options);
    options.onStart?.(child.pid);
    const started: Running = {
      child,
      input: child.stdin.getWriter(),
      open: new Map(),
      end(error) {
        if (running === started) running = undefined;
        clearTimeout(started.timer);
        for (const request of started.open.values()) request.reject(error);
        started.open.clear();
        killIfAlive(child);
        started.input.close().catch(() => {});
      },
    };
    void follow(started, () => waitFor(started));
    return started;
  };
  const startOrFail = (): Running => {
    try {
      return start();
    } catch (error) {
      const reason = `Cannot start a predictor: ${errorMessage(error)}`;
      throw new PredictorUnavailableError(reason, { cause: error });
    }
  };
  /** Waits for the next answer, or for the next request. */
  const waitFor = (waiting: Running) => {
    const { child, open, end } = waiting;
    clearTimeout(waiting.timer);
    if (open.size > 0) {
      setReferenced(child, true);
      const late = () =>
        end(
          new PredictorCrashedError(
            `The predictor hung: it gave no answer for ${timeoutMs / 1000} s, and was killed.`,
          ),
        );
      waiting.timer = setTimeout(late, timeoutMs).unref();
      return;
    }
    setReferenced(child, false);
    const idle = () => end(new Error("Cannot classify: the predictor was idle."));
    waiting.timer = setTimeout(idle, idleMs).unref();
  };
  const ask = async (request: ClassifyRequest): Promise<ClassifyAnswer> => {
    const asked = running ??= startOrFail();
    const number = ++requests;
    const answer = Promise.withResolvers<ClassifyAnswer>();
    asked.open.set(number, answer);
    if (asked.open.size === 1) waitFor(asked);
    // If it has died, its end says more than the broken pipe.
    asked.input.write(encodeRequest(number, request)).catch(() => {});
    return await answer.promise;
  };
  return {
    classify: (checkpoint, samples) => classifyBy(ask, checkpoint, samples),
    close() {
      running?.end(new Error("Cannot classify: the classifier is closed."));
    },
  };
}

function spawn({ scratch, library = kernelsFile() }: PredictorProcessOptions): Deno.ChildProcess {
  return startChild([
    "--cached-only",
    `--v8-flags=--max-old-space-size=${MAX_HEAP_MB}`,
    ...predictorPermissions(scratch, library),
    fileURLToPath(new URL("../../cli/predictor.ts", import.meta.url)),
    library,
  ]);
}

/** Hands the answers of a process over until it ends. */
async function follow({ child, open, end }: Running, onAnswer: () => void): Promise<void> {
  const output = keepErrorOutput(child);
  try {
    for await (const frame of readFrames(child.stdout)) {
      const reply = decodeReply(frame);
      if (reply.kind === "unavailable") {
        end(new PredictorUnavailableError(reply.message));
        return;
      }
      open.get(reply.number)?.resolve(reply.answer);
      open.delete(reply.number);
      onAnswer();
    }
  } catch (error) {
    output.add(errorMessage(error));
    killIfAlive(child);
  }
  const status = await child.status;
  await output.ended;
  end(
    new PredictorCrashedError(
      `The predictor died: ${describeEnd(status)}. ${describeOutput(output.lines())}`,
    ),
  );
}
