/** Requests to a server and assertions on its responses. */
import { assertEquals, assertMatch, fail } from "@std/assert";

export type Headers = Readonly<Record<string, string>>;

/** Posts a GraphQL request. */
export function post(
  origin: string,
  body: unknown,
  headers: Headers = {},
  signal: AbortSignal | null = null,
): Promise<Response> {
  return postRaw(origin, JSON.stringify(body), headers, signal);
}

/** Posts a body as it is to /graphql, as JSON unless the headers say otherwise. */
export function postRaw(
  origin: string,
  body: BodyInit,
  headers: Headers = {},
  signal: AbortSignal | null = null,
): Promise<Response> {
  return fetch(`${origin}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    ...{ body, signal },
  });
}

/** Returns the status of a response and drops its body. */
export async function statusOf(asked: Response | Promise<Response>): Promise<number> {
  const response = await asked;
  await response.body?.cancel();
  return response.status;
}

/** Returns the only error of a response. */
export async function errorOf(
  asked: Response | Promise<Response>,
): Promise<{ message: string; code: string }> {
  const { errors } = await (await asked).json();
  if (errors?.length !== 1) fail(`There must be one error, got ${JSON.stringify(errors)}.`);
  return { message: errors[0].message, code: errors[0].extensions.code };
}

/** Expected refusal: the response's status, its error's code and message. */
export interface Refusal {
  readonly status?: number;
  readonly code?: string;
  readonly message?: string | RegExp;
}

/** Asserts that a response holds one error. Returns the response, whose body is consumed. */
export async function assertRefused(
  asked: Response | Promise<Response>,
  { status, code, message }: Refusal,
  what?: string,
): Promise<Response> {
  const response = await asked;
  if (status !== undefined) assertEquals(response.status, status, what);
  const error = await errorOf(response);
  if (code !== undefined) assertEquals(error.code, code, what);
  if (message instanceof RegExp) assertMatch(error.message, message, what);
  else if (message !== undefined) assertEquals(error.message, message, what);
  return response;
}

/** Reads /metrics: samples by name and labels, as they are written. */
export async function readMetrics(
  origin: string,
  headers: Headers = {},
): Promise<ReadonlyMap<string, number>> {
  const text = await (await fetch(`${origin}/metrics`, { headers })).text();
  return new Map(
    text.split("\n").filter((line) => /^[a-z]/.test(line)).map((line): [string, number] => {
      const at = line.lastIndexOf(" ");
      return [line.slice(0, at), Number(line.slice(at + 1))];
    }),
  );
}

/** Counts the open subscriptions of one transport, or of all. */
export async function countSubscriptions(origin: string, transport?: string): Promise<number> {
  const name = /^epochql_subscriptions_open\{transport="(\w+)"\}$/;
  return (await readMetrics(origin)).entries()
    .filter(([key]) => name.test(key) && (!transport || name.exec(key)?.[1] === transport))
    .reduce((sum, [, count]) => sum + count, 0);
}

/** Signs in with a token at the page's form. */
export function signIn(
  origin: string,
  token: string,
  headers: Headers = {},
  search = "",
): Promise<Response> {
  return fetch(`${origin}/sign-in${search}`, {
    method: "POST",
    redirect: "manual",
    headers,
    body: new URLSearchParams({ token }),
  });
}

/** Returns the cookie that a response sets, as a browser sends it back. */
export function cookieOf(response: Response): string {
  return response.headers.get("set-cookie")?.split(";")[0] ?? "";
}

/** Returns the header that shows a token. */
export function bearer(token: string): { readonly authorization: string } {
  return { authorization: `Bearer ${token}` };
}
