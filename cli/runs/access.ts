/** The server's address and token: from the flags, otherwise from the environment. */
import { type Environment, readServerToken, readServerUrl } from "../../config.ts";
import { systemErrorMessage } from "../../lib/error_message.ts";
import { UsageError } from "./errors.ts";
import type { ServerFlags } from "../program.ts";
import { type Server, serverAt } from "./server.ts";

/**
 * Finds the server to connect to.
 *
 * @throws {UsageError} if a flag is invalid
 * @throws {ConfigError} if a variable is invalid
 */
export async function findServer(
  { server, tokenFile }: ServerFlags,
  env: Environment,
): Promise<Server> {
  const url = server === undefined ? readServerUrl(env) : readUrl(server);
  const token = tokenFile === undefined ? readServerToken(env) : await readToken(tokenFile);
  return serverAt(url, token);
}

/** Reads the address of a server, with or without its scheme and the path of its API. */
function readUrl(text: string): URL {
  const url = URL.parse(/^https?:\/\//i.test(text) ? text : `http://${text}`);
  if (!url || url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") {
    throw new UsageError(
      `Cannot use --server '${text}': --server must be an address such as http://127.0.0.1:8000.`,
    );
  }
  return new URL(url.href.replace(/(\/graphql)?\/?$/, "/"));
}

/** Reads the token from a file. It is never an argument: those are visible to every user of the machine. */
async function readToken(path: string): Promise<string> {
  let text: string;
  try {
    text = await Deno.readTextFile(path);
  } catch (error) {
    throw new UsageError(
      `Cannot read the token: --token-file must be a file that holds it, ` +
        `got '${path}' (${systemErrorMessage(error)}).`,
    );
  }
  const token = text.trim();
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  throw new UsageError(
    `Cannot read the token: '${path}' must hold it and nothing else, on one line without spaces.`,
  );
}
