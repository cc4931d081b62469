/**
 * A client of the API that retries, as a user's script does while servers restart.
 */
import { decodeGlobalID } from "@pothos/plugin-relay";

/** The mutation that starts runs. */
const START = `mutation Start($input: StartTrainingInput) {
  startTraining(input: $input) { run { id } }
}`;

/** A run, by the ids of the API and of the store. */
export interface StartedRun {
  readonly globalId: string;
  readonly id: string;
}

/** Pause before a server that does not respond is tried again, in milliseconds. */
const RETRY_MS = 50;

/** Timeout of a request. */
const REQUEST_TIMEOUT_MS = 10_000;

/** Thrown if the API responds with an error. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  constructor(readonly code: string, message: string) {
    super(`${code}: ${message}`);
  }
}

/**
 * Sends an operation once.
 *
 * @throws {ApiError} if the response is an error
 * @throws {TypeError} if there is no response
 */
export async function ask<Data>(
  origin: string,
  query: string,
  variables: Readonly<Record<string, unknown>> = {},
): Promise<Data> {
  const response = await fetch(`${origin}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query, variables }),
    signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
  });
  const { data, errors } = await response.json();
  const [error] = errors ?? [];
  if (error) throw new ApiError(error.extensions?.code ?? "", error.message);
  return data;
}

/** Sends an operation that is to be refused; returns the code of its error, or what came instead, for a message. */
export async function codeOfRefusal(origin: string, query: string): Promise<string> {
  const result = await ask(origin, query).catch((error: unknown) => error);
  return result instanceof ApiError ? result.code : String(result);
}

/** Sends an operation until it is answered. An unavailable database counts as no answer. */
export async function askUntilAnswered<Data>(
  origin: () => string,
  query: string,
  variables: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
): Promise<Data> {
  for (;;) {
    try {
      return await ask<Data>(origin(), query, variables);
    } catch (error) {
      if (error instanceof ApiError && error.code !== "UNAVAILABLE") throw error;
      signal.throwIfAborted();
    }
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}

/**
 * Starts a training, repeating the request with the same idempotency key until it is answered.
 *
 * @param name of the run, and its idempotency key
 */
export async function startTraining(
  origin: () => string,
  name: string,
  input: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
): Promise<StartedRun> {
  const variables = { input: { ...input, name, idempotencyKey: name } };
  const { startTraining: { run } } = await askUntilAnswered<
    { startTraining: { run: { id: string } } }
  >(origin, START, variables, signal);
  return { globalId: run.id, id: decodeGlobalID(run.id).id };
}
