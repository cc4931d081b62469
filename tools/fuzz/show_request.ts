/** A request as a person reads it, and as a shell sends it again. */
import type { FuzzRequest } from "./request.ts";

/** Characters of a request that are shown. The seed gives all of it again. */
const LONGEST = 8000;

/** Formats a request for reproduction: curl for HTTP, the messages for a WebSocket. */
export function showRequest(request: FuzzRequest): string {
  const text = textOfRequest(request);
  const shown = text.length <= LONGEST
    ? text
    : `${text.slice(0, LONGEST)}… and ${text.length - LONGEST} characters more`;
  return request.asked ? `${shown}\n${request.asked.query}` : shown;
}

function textOfRequest(request: FuzzRequest): string {
  switch (request.transport) {
    case "http": {
      const { path, search, method, headers, body } = request;
      return [
        `curl -i ${quoted(`http://127.0.0.1:8000${path}${search && "?"}${search}`)}`,
        `-X ${method}`,
        ...Object.entries(headers).map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`),
        ...(body === null ? [] : [`--data-binary ${quoted(textOf(body))}`]),
      ].join(" ");
    }
    case "websocket":
      return ["graphql-transport-ws:", ...request.messages.map(textOf)].join("\n");
    case "stream":
      return `graphql-sse, singleConnection:\n${JSON.stringify(request.asked)}`;
    default:
      return request satisfies never;
  }
}

/** For a shell that knows $'…', so that any sign can be written. */
function quoted(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return `'${text.replaceAll("'", "'\\''")}'`;
  const escaped = text.replace(/['\\]/g, "\\$&").replace(
    /[^\x20-\x7e]/gu,
    (sign) => `\\U${(sign.codePointAt(0) ?? 0).toString(16).padStart(8, "0")}`,
  );
  return `$'${escaped}'`;
}

function textOf(body: string | Uint8Array): string {
  return typeof body === "string" ? body : new TextDecoder("latin1").decode(body);
}
