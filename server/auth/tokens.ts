/**
 * Accepted tokens, each with a name and a scope: EPOCHQL_TOKEN, and those of a file such as a Kubernetes secret. A
 * client sends one in the header 'Authorization: Bearer TOKEN' or in a WebSocket's connection_init, or has a session
 * that the sign-in page gave for it; never in a URL.
 */
import { isToken, TOKEN_RULE } from "../../config.ts";
import { ConfigError, quote } from "../../lib/config_error.ts";
import { systemErrorMessage } from "../../lib/error_message.ts";
import { LOCAL, type Scope, SCOPES, type Viewer } from "../../schema/base/access.ts";
import { findBySecret } from "./timing_safe.ts";

/** A token with the viewer that it authenticates. */
export interface Token extends Viewer {
  readonly secret: string;
}

/** Name of EPOCHQL_TOKEN in the audit log. */
const MAIN_NAME = "EPOCHQL_TOKEN";

const FILE_VARIABLE = "EPOCHQL_TOKENS_FILE";

/** Tokens of a server: each request is compared with all of them. */
const MAX_TOKENS = 100;

/** Reserved names. */
const RESERVED_NAMES: readonly string[] = [LOCAL.name, MAIN_NAME];

/** Creates the token of EPOCHQL_TOKEN, whose scope is admin. */
export function mainToken(secret: string): Token {
  return { name: MAIN_NAME, scope: "admin", secret };
}

/**
 * Reads every token of the configuration.
 *
 * @throws {ConfigError} if the file cannot be read or a line is invalid. The message contains no token
 */
export function readTokens(
  { token, tokensFile }: { readonly token?: string; readonly tokensFile?: string },
): readonly Token[] {
  const main = token === undefined ? [] : [mainToken(token)];
  return tokensFile === undefined ? main : [...main, ...readFile(tokensFile, main)];
}

/** Message for connected clients whose token was revoked. */
export const REVOKED = "the token is taken no more";

/** Returns the names whose tokens were removed or changed. */
export function revokedTokens(
  before: readonly Token[],
  now: readonly Token[],
): ReadonlySet<string> {
  const isSame = (one: Token) => (other: Token) =>
    one.name === other.name && one.scope === other.scope && one.secret === other.secret;
  return new Set(before.filter((one) => !now.some(isSame(one))).map(({ name }) => name));
}

/** Returns the owner of the token in an Authorization value; undefined if it is invalid. */
export function bearerOf(authorization: unknown, tokens: readonly Token[]): Viewer | undefined {
  const given = typeof authorization === "string" && /^bearer +(\S+)$/i.exec(authorization)?.[1];
  return typeof given === "string" ? ownerOf(given, tokens) : undefined;
}

/** Returns the owner of a token; undefined if it is invalid. */
export function ownerOf(text: string, tokens: readonly Token[]): Viewer | undefined {
  const found = findBySecret(text, tokens, ({ secret }) => secret);
  return found && { name: found.name, scope: found.scope };
}

function readFile(path: string, others: readonly Token[]): readonly Token[] {
  let text: string;
  try {
    text = Deno.readTextFileSync(path);
  } catch (error) {
    const got = systemErrorMessage(error);
    throw wrong(path, `${FILE_VARIABLE} must be a file that can be read, got '${got}'.`);
  }
  const tokens: Token[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const words = line.split("#", 1)[0]?.trim() === "" ? [] : line.trim().split(/\s+/);
    if (words.length === 0) continue;
    const known = [...others, ...tokens];
    const problem = problemOf(words, known);
    if (problem !== undefined) throw wrong(path, `line ${index + 1} ${problem}`);
    const [name = "", scope = "", secret = ""] = words;
    tokens.push({ name, scope: scope.toLowerCase() as Scope, secret });
  }
  if (tokens.length === 0 || tokens.length > MAX_TOKENS) {
    throw wrong(path, `it must hold 1 to ${MAX_TOKENS} tokens, got ${tokens.length}.`);
  }
  return tokens;
}

/** Returns what is wrong with a line. The message quotes no word of it: any may be the token. */
function problemOf(words: readonly string[], known: readonly Token[]): string | undefined {
  const [name = "", scope = "", secret = ""] = words;
  if (words.length !== 3) {
    return `must be 'NAME SCOPE TOKEN', got ${words.length} word${words.length === 1 ? "" : "s"}.`;
  }
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name)) {
    return "must begin with a name of up to 64 letters, digits and any of '._-'.";
  }
  if (!SCOPES.some((known) => known === scope.toLowerCase())) {
    return `must have one of ${SCOPES.join(", ")} as its second word.`;
  }
  if (!isToken(secret)) return `must end with a token: ${TOKEN_RULE}, got ${secret.length}.`;
  if (RESERVED_NAMES.includes(name) || known.some((other) => other.name === name)) {
    return "must have a name that no other token has.";
  }
  if (known.some((other) => other.secret === secret)) {
    return "must have a token that no other name has.";
  }
  return undefined;
}

function wrong(path: string, rule: string): ConfigError {
  return new ConfigError(FILE_VARIABLE, quote(path), rule);
}
