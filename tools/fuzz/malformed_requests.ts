/** Requests that are malformed as HTTP or JSON, and messages that the WebSocket protocol does not know. */
import { GRAPHQL_PATH } from "../../server/http/paths.ts";
import { ACCEPTS, type HttpRequest, INIT, JSON_TYPE, type SocketRequest } from "./request.ts";
import { anyText } from "./values.ts";
import fc from "fast-check";

/** Requests that are wrong as HTTP, or as JSON. */
export const brokenRequests: fc.Arbitrary<HttpRequest> = fc.record({
  kind: fc.constant("http" as const),
  transport: fc.constant("http" as const),
  path: fc.constant(GRAPHQL_PATH),
  method: fc.constantFrom("POST" as const, "POST" as const, "PUT" as const, "DELETE" as const),
  search: fc.constantFrom(
    ...["", "query={__typename}", "query=%", "variables={", "query=%ff%fe", "&&&==", "query[]=x"],
  ),
  headers: fc.record({
    "content-type": fc.constantFrom(
      ...[JSON_TYPE, JSON_TYPE, `${JSON_TYPE}; charset=utf-16`, "application/graphql"],
      ...["application/graphql+json", "multipart/form-data; boundary=x", "multipart/form-data"],
      ...["application/x-www-form-urlencoded", "text/plain", ";", "application/json;;"],
    ),
    accept: fc.constantFrom(...ACCEPTS),
    "content-encoding": fc.constantFrom("gzip", "br", "deflate", "nonsense"),
    "accept-encoding": fc.constantFrom("gzip", "identity;q=0", "nonsense"),
    "accept-language": fc.constantFrom("en", "x"),
    "x-forwarded-for": fc.constantFrom("1.2.3.4", "x, y,,", "::1"),
    origin: fc.constantFrom("null", "https://example.com", "nonsense"),
    authorization: fc.constantFrom("Bearer ", "Bearer x y", "Basic eA==", "nonsense"),
    cookie: fc.constantFrom("session=x", "=;;=", "__Host-session="),
    "x-graphql-event-stream-token": fc.constantFrom("x", "3f0a30d9-b8f0-4b06-afd4-4e6601740fc9"),
    "last-event-id": fc.constantFrom("1", "-1", "x"),
  }, { requiredKeys: ["accept"] }),
  body: fc.oneof(
    fc.uint8Array({ maxLength: 100 }).map((bytes) => Uint8Array.from(bytes)),
    anyText,
    fc.json(),
    fc.constantFrom(
      ...["", "{", '{"query":"{__typename}"', '{"query":"{__typename}"}}', '[{"query":"{a}"}]'],
      ...['{"query":"{__typename}","query":3}', '{"query":null}', '{"query":["{__typename}"]}'],
      "[".repeat(10_000),
      `{"query":"{__typename}","variables":${"[".repeat(5000)}${"]".repeat(5000)}}`,
      '{"__proto__":{"query":"{__typename}"}}',
      '{"query":"{__typename}","variables":"{}","extensions":[]}',
      `{"query":"${"x".repeat(300_000)}"}`,
    ),
  ),
});

/** Messages that the protocol does not allow, before and after its start. */
export const brokenMessages: fc.Arbitrary<SocketRequest["messages"]> = fc.array(
  fc.oneof(
    fc.constantFrom(
      ...[INIT, INIT, '{"type":"ping"}', '{"type":"pong","payload":{}}', '{"type":"complete"}'],
      ...['{"id":"1","type":"complete"}', '{"id":"1","type":"subscribe"}', "", "{", "null", "[]"],
      '{"id":"1","type":"subscribe","payload":{"query":"subscription { runStates { id } }"}}',
      '{"id":"1","type":"subscribe","payload":{"query":"{ runs { totalCount } }","variables":[]}}',
      '{"id":"","type":"subscribe","payload":{"query":"{ __typename }"}}',
      '{"id":"__proto__","type":"subscribe","payload":{"query":"{ __typename }"}}',
      '{"type":"connection_init","payload":{"authorization":["Bearer x"]}}',
      '{"type":"next","id":"1","payload":{}}',
    ),
    fc.jsonValue().map((payload) => JSON.stringify({ id: "1", type: "subscribe", payload })),
    fc.jsonValue().map((payload) => JSON.stringify({ type: "connection_init", payload })),
    fc.json(),
    anyText,
    fc.uint8Array({ maxLength: 30 }).map((bytes) => Uint8Array.from(bytes)),
  ),
  { minLength: 1, maxLength: 5 },
);
