/**
 * A client of the API that does not give up: what a person's script does when servers come and go.
 */
import { decodeGlobalID } from "@pothos/plugin-relay";

/** The mutation that every run here begins with. */
const START = `mutation Start($input: StartTrainingInput) {
  startTraining(input: $input) { run { id } }
}`;

/** A run as a client knows it, and as the store does. */
export interface StartedRun {
  readonly globalId: string;
  readonly id: string;
}

/** Pause before a server that does not respond is tried again, in milliseconds. */
const RETRY_MS = 50;

/** Timeout of a request. */
const REQUEST_TIMEOUT_MS = 10_000;

/** An error that the API gave as an answer. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  constructor(readonly code: string, message: string) {
    super(`${code}: ${message}`);
  }
}

/**
 * Asks once.
 *
 * @throws {ApiError} if the answer is an error
 * @throws {TypeError} if there is no answer
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

/** Asks until there is an answer. A server that cannot use its database is none. */
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
 * Starts a training, however often servers go away meanwhile: what is asked again has the same key.
 *
 * @param name of the run, and the key
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
