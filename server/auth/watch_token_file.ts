/**
 * Watcher of the token file: Kubernetes updates the files of a secret, and a token is revoked by removing its line. An
 * invalid file changes nothing.
 */
import { ConfigError } from "../../lib/config_error.ts";
import { serverLog } from "../observability/log.ts";
import { TOKEN_FILE_POLL_MS } from "../timeouts.ts";
import { readTokens, type Token } from "./tokens.ts";

/**
 * Starts to watch.
 *
 * @param before tokens that were read at the start
 * @param onTokens called with the tokens whenever they have changed
 * @returns a function that stops watching
 */
export function watchTokenFile(
  config: Parameters<typeof readTokens>[0],
  before: readonly Token[],
  onTokens: (tokens: readonly Token[]) => void,
  intervalMs = TOKEN_FILE_POLL_MS,
): () => void {
  // The environment does not change.
  if (config.tokensFile === undefined) return () => {};
  let known = JSON.stringify(before);
  let problem: string | undefined;
  const timer = setInterval(() => {
    try {
      const tokens = readTokens(config);
      problem = undefined;
      if (JSON.stringify(tokens) === known) return;
      known = JSON.stringify(tokens);
      onTokens(tokens);
      serverLog.info("The tokens have changed; taken now: {count}.", { count: tokens.length });
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      if (error.message === problem) return;
      problem = error.message;
      serverLog.error("The tokens stay as they were: {problem}", { problem });
    }
  }, intervalMs);
  return () => clearInterval(timer);
}
