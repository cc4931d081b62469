/// <reference lib="dom" />
/**
 * The page's session: whether the server still accepts it, and signing in again without leaving the page. What is sent
 * meanwhile waits.
 */
import { errorText } from "../parts/error_text.ts";
import { createValueStore } from "../parts/value_store.ts";
import { ENDPOINT, SIGN_IN_ENDPOINT } from "./endpoint.ts";

/** State of the session: it ends after a week, or when the server's token changes. */
export type Session = "valid" | "ended";

/** The state of the session. Without tokens it is always valid. */
export const sessionStore = createValueStore<Session>("valid");

/** Notes that the server has refused the session. */
export function endSession(): void {
  sessionStore.set("ended");
}

/** Resolves when the session is valid, or the signal aborts. */
export function sessionValid(signal?: AbortSignal | null): Promise<void> {
  return new Promise((resolve) => {
    const stop = sessionStore.subscribe(check);
    signal?.addEventListener("abort", check, { once: true });
    check();
    function check() {
      if (sessionStore.get() === "ended" && !signal?.aborted) return;
      stop();
      signal?.removeEventListener("abort", check);
      resolve();
    }
  });
}

/**
 * Signs in with a token, as the sign-in page does.
 *
 * @returns the problem; undefined if the session is valid again
 */
export async function signInAgain(token: string): Promise<string | undefined> {
  try {
    const response = await fetch(SIGN_IN_ENDPOINT, {
      method: "POST",
      body: new URLSearchParams({ token }),
      redirect: "manual",
    });
    if (response.type === "opaqueredirect") {
      sessionStore.set("valid");
      return undefined;
    }
    if (response.status === 401) return "That is not a token of this server.";
    const wait = response.headers.get("retry-after");
    return wait === null
      ? `The server answered ${response.status} ${response.statusText}.`
      : `There were too many failed logins. Try again in ${wait} s.`;
  } catch (problem) {
    return errorText(problem);
  }
}

/** Asks whether the session is valid again: it may have been renewed in another tab. */
export async function checkSession(): Promise<void> {
  const query = new URLSearchParams({ query: "{ __typename }" });
  const response = await fetch(`${ENDPOINT}?${query}`, {
    headers: { accept: "application/graphql-response+json" },
  }).catch(() => undefined);
  if (response?.ok) sessionStore.set("valid");
}
