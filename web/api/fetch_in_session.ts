/// <reference lib="dom" />
/** Requests that wait while nobody is signed in. */
import { endSession, sessionValid } from "./session.ts";

/**
 * Fetches. If the session has ended, it waits until the user has signed in, and sends the request again. A refusal of
 * a token that the request brings along is the answer.
 */
export async function fetchInSession(
  input: string | URL | Request,
  init: RequestInit = {},
): Promise<Response> {
  const response = await fetch(input, init);
  if (response.status !== 401 || new Headers(init.headers).has("authorization")) return response;
  await response.body?.cancel();
  endSession();
  await sessionValid(init.signal);
  return await fetchInSession(input, init);
}
