/** Parses the address of a webhook, without looking up its host. */
import { MAX_URL_LENGTH } from "../limits.ts";

/** Thrown for an address that is refused. The message completes 'Cannot …: url '. */
export class WebhookUrlError extends Error {
  override readonly name = "WebhookUrlError";
}

/**
 * Parses an address.
 *
 * @throws {WebhookUrlError} if it is refused whatever its host is
 */
export function parseWebhookUrl(text: string): URL {
  if (text.length > MAX_URL_LENGTH) {
    throw new WebhookUrlError(
      `must have at most ${MAX_URL_LENGTH} characters, got ${text.length}`,
    );
  }
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol) || !/^https?:\/\//i.test(text)) {
    throw new WebhookUrlError(
      `must be an address such as https://example.com/hook, got ${JSON.stringify(shorten(text))}`,
    );
  }
  if (url.username !== "" || url.password !== "") {
    throw new WebhookUrlError(
      "must hold no user name and no password: the signature shows who sends, got '…@" +
        `${url.host}'`,
    );
  }
  if (url.port === "0") {
    // HTTP clients take it for the protocol's own.
    throw new WebhookUrlError("must have a port from 1 to 65535, got 0");
  }
  if (url.hash !== "") {
    throw new WebhookUrlError(
      `must have no fragment, which is not sent, got '${shorten(url.hash)}'`,
    );
  }
  return url;
}

function shorten(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 60)}…`;
}
