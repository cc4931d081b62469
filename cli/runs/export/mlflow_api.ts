/** Requests to MLflow's REST API 2.0, and its errors in sentences. */
import { REQUEST_TIMEOUT_MS } from "../../timeouts.ts";
import { RefusedError, UnavailableError } from "../errors.ts";
import { reasonOf } from "../server.ts";

/** An error as MLflow describes it. */
export class MlflowError extends RefusedError {
  constructor(message: string, readonly code: string) {
    super(message);
  }
}

/**
 * Sends a request to MLflow's API.
 *
 * @param address of the server, without a slash at its end
 * @throws {UnavailableError} if it cannot be reached
 * @throws {MlflowError} if MLflow refuses the request
 * @throws {RefusedError} if the answer is not MLflow's
 */
export async function askMlflow(
  address: string,
  path: string,
  init: {
    readonly method?: string;
    readonly headers?: Record<string, string>;
    readonly body?: string;
  },
): Promise<unknown> {
  const signal = AbortSignal.timeout(REQUEST_TIMEOUT_MS);
  let status: string;
  let isDone: boolean;
  let isDown: boolean;
  let text: string;
  try {
    const headers = { ...init.headers, ...authorization() };
    const response = await fetch(`${address}/api/2.0/mlflow/${path}`, { ...init, headers, signal });
    status = `${response.status} ${response.statusText}`.trim();
    isDone = response.ok;
    isDown = response.status >= 502 && response.status <= 504;
    text = await response.text();
  } catch (error) {
    throw new UnavailableError(
      `Cannot reach MLflow at ${address}: ${reasonOf(error)}. ` +
        "Start it with 'mlflow server', or name another address after '--to mlflow'.",
    );
  }
  const answer = parseObject(text);
  if (isDone && answer) return answer;
  if (isDown) {
    throw new UnavailableError(
      `Cannot reach MLflow at ${address}: what stands before it answered '${status}'.`,
    );
  }
  const { error_code: code, message } = answer ?? {};
  if (typeof code === "string" && typeof message === "string") {
    throw new MlflowError(`MLflow at ${address} refuses the export: ${message}`, code);
  }
  throw new RefusedError(
    `Cannot export to ${address}: it must be the address of an MLflow server that this machine ` +
      `may write to, got '${status}'.`,
  );
}

/** Returns the header for the token, or the name and password, in the variables that MLflow's own clients read. */
function authorization(): { readonly authorization?: string } {
  const [token, name, password] = ["TOKEN", "USERNAME", "PASSWORD"]
    .map((part) => Deno.env.get(`MLFLOW_TRACKING_${part}`));
  if (token) return { authorization: `Bearer ${token}` };
  if (!name || !password) return {};
  const bytes = new TextEncoder().encode(`${name}:${password}`);
  return { authorization: `Basic ${bytes.toBase64()}` };
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null
      ? Object.fromEntries(Object.entries(value))
      : undefined;
  } catch {
    return undefined;
  }
}
