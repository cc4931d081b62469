/** The rules for every response, whatever the request. */
import { type DocumentNode, type GraphQLSchema, parse, validate } from "graphql";
import { ERROR_CODES } from "../../server/http/errors.ts";
import { createParts } from "./parts.ts";
import { readData } from "./read_data.ts";
import type { FuzzRequest } from "./request.ts";
import type { Reply } from "./send.ts";

/** The verdict on a response. */
export interface Verdict {
  /** The fault, 'it must be …, got …'; undefined if there is none. */
  readonly objection: string | undefined;
  /** The server's action: refused, executed, or executed with data. */
  readonly outcome: "refused" | "executed" | "answered";
  /** The codes of its errors. */
  readonly codes: readonly string[];
}

/** Inputs of verdicts. */
export interface Judge {
  readonly schema: GraphQLSchema;
  /** Receives the values of fields. */
  readonly onValue: (source: string, value: unknown) => void;
}

type HttpReply = Extract<Reply, { transport: "http" }>;

/** Thrown if a response breaks a rule. */
class Broken extends Error {}

const JSON_TYPE = "application/json";
const GRAPHQL_TYPE = "application/graphql-response+json";
const STREAM_TYPE = "text/event-stream";
const PARTS_TYPE = "multipart/mixed";

/**
 * Close codes that are the client's fault: graphql-transport-ws has them from 4400; 1003 is 'no
 * text', 1007 'no UTF-8', 1009 'too big'.
 * A client that keeps sending on a closing socket may find it broken (0 in Deno) before it receives
 * the reason.
 */
const CLIENT_CLOSES: ReadonlySet<number> = new Set(
  [0, 1000, 1003, 1007, 1009, 4400, 4401, 4406, 4408, 4409, 4429],
);

/** Checks a response. */
export function judge(request: FuzzRequest, reply: Reply, by: Judge): Verdict {
  const codes: string[] = [];
  let outcome: Verdict["outcome"] = "refused";
  const parts = createParts();
  const read = (answer: unknown) => {
    const data = readAnswer(answer, codes);
    // Missing data of a part arrives with other parts.
    const isPart = Object(answer).hasNext !== undefined;
    const whole = isPart ? parts.add(answer) : data;
    if (data) outcome = "answered";
    else if (data === null && outcome === "refused") outcome = "executed";
    if (whole === undefined) return data;
    const asked = documentOf(request, by.schema);
    if (!asked) return data;
    const problem = readData({ ...by, ...asked }, whole);
    if (problem !== undefined) throw new Broken(problem);
    return data;
  };
  try {
    switch (reply.transport) {
      case "none":
        throw new Broken(`there must be an answer, got ${reply.reason}`);
      case "websocket":
        readMessages(reply, read, codes);
        break;
      case "http":
        if (request.kind === "file") {
          if (readFile(reply, codes)) outcome = "answered";
        } else if (request.kind === "import" && !request.asked) {
          if (readUpload(reply, codes)) outcome = "answered";
        } else if (!isReservation(request, reply)) readResponse(reply, read);
        break;
      default:
        reply satisfies never;
    }
    return { objection: undefined, outcome, codes };
  } catch (error) {
    if (!(error instanceof Broken)) throw error;
    return { objection: error.message, outcome, codes };
  }
}

/** Parses the sent document, if it is valid and has one operation, which determines the expected fields. */
function documentOf({ asked }: FuzzRequest, schema: GraphQLSchema) {
  if (!asked) return undefined;
  let document: DocumentNode;
  try {
    document = parse(asked.query);
  } catch {
    return undefined;
  }
  return validate(schema, document).length === 0
    ? { document, variables: asked.variables }
    : undefined;
}

/**
 * Reports whether the response is that to a PUT: the token of an event stream (graphql-sse's single
 * connection mode).
 */
function isReservation(request: FuzzRequest, { status, type, body }: HttpReply): boolean {
  const isPut = request.transport === "http" && request.method === "PUT";
  return isPut && status === 201 && type === "text/plain" && /^[\w-]{20,}$/.test(body);
}

/** Content types of run files. */
const FILE_TYPES: ReadonlySet<string> = new Set(
  ["image/svg+xml", "image/png", "application/pdf", "application/json", "application/x-ndjson"],
);

/** Reports whether the response is a file. */
function readFile({ status, type, body }: HttpReply, codes: string[]): boolean {
  const shown = `${status} ${type || "without a type"}: ${body.slice(0, 500)}`;
  must(status < 500, "the status must be below 500", shown);
  if (status === 304) return true;
  if (status === 200) {
    must(FILE_TYPES.has(type), "a file must be of a known type", shown);
    return true;
  }
  must(type === JSON_TYPE && status >= 400, "a refusal must be JSON with a status of 4xx", shown);
  // Responses to HEAD have no body.
  if (body !== "") readErrors(Object(parseJson(body)).errors, codes);
  return false;
}

/** Reports whether the response is that to bytes that were taken. */
function readUpload({ status, type, body }: HttpReply, codes: string[]): boolean {
  const shown = `${status} ${type || "without a type"}: ${body.slice(0, 500)}`;
  if (status === 200 || status === 204) {
    must(body === "", "the response must have no body", shown);
    return true;
  }
  must(status >= 400 && status < 500, "a refusal must have a status of 4xx", shown);
  if (body !== "") readErrors(Object(parseJson(body)).errors, codes);
  return false;
}

function readResponse(
  { status, type, body }: HttpReply,
  read: (answer: unknown) => unknown,
): void {
  const shown = `${status} ${type || "without a type"}: ${body.slice(0, 500)}`;
  must(status < 500, "the status must be below 500", shown);
  if (type === STREAM_TYPE) {
    must(status === 200, "a stream must have the status 200", shown);
    // An incomplete event is ignored.
    for (const [, data = ""] of body.matchAll(/^data: ?(.+)\n\n/gm)) read(parseJson(data));
    return;
  }
  // Browsers are redirected to the page.
  if (status === 302) return;
  if (type === PARTS_TYPE) {
    let last: unknown;
    for (const [, part = ""] of body.matchAll(/\r\n\r\n(\{[^]*?)\r\n---/g)) {
      last = parseJson(part);
      read(last);
    }
    must(Object(last).hasNext !== true, "the last part must say so", shown);
    return;
  }
  must(type === JSON_TYPE || type === GRAPHQL_TYPE, "an answer must be JSON by its type", shown);
  const data = read(parseJson(body));
  // GraphQL over HTTP: in one form of answers the status tells, in the other it says nothing of a refusal.
  const isRefused = data === undefined;
  if (!isRefused) must(status === 200, "an answer with data must have the status 200", shown);
  else if (type === GRAPHQL_TYPE) must(status >= 400, "a refusal must have a status of 4xx", shown);
}

function readMessages(
  { messages, closed }: Extract<Reply, { transport: "websocket" }>,
  read: (answer: unknown) => unknown,
  codes: string[],
): void {
  for (const message of messages) {
    const { type, payload }: Record<string, unknown> = Object(parseJson(message));
    if (type === "next") read(payload);
    else if (type === "error") readErrors(payload, codes);
    else {
      const isKnown = ["connection_ack", "ping", "pong", "complete"].includes(String(type));
      must(isKnown, "a message must be of a type that the protocol has", message.slice(0, 300));
    }
  }
  const isFine = closed === null || CLIENT_CLOSES.has(closed);
  must(isFine, "a socket must be closed for what the client did", String(closed));
}

/** Checks a result by the specification and returns its data; undefined if there is none. */
function readAnswer(answer: unknown, codes: string[]): unknown {
  const shown = JSON.stringify(answer)?.slice(0, 500) ?? "nothing";
  must(typeof answer === "object" && answer !== null, "an answer must be an object", shown);
  const { data, errors, extensions: _extensions, hasNext, incremental, ...rest }: Record<
    string,
    unknown
  > = Object(answer);
  must(Object.keys(rest).length === 0, "an answer must have data, errors and extensions", shown);
  if (Array.isArray(incremental)) {
    must(typeof hasNext === "boolean", "a part must say whether there is more", shown);
    for (const part of incremental) {
      if (Object(part).errors !== undefined) readErrors(part.errors, codes);
    }
    return undefined;
  }
  must(data !== undefined || errors !== undefined, "there must be data or errors", shown);
  must(data !== null || errors !== undefined, "where data is null, there must be errors", shown);
  if (errors !== undefined) readErrors(errors, codes);
  return data;
}

function readErrors(errors: unknown, codes: string[]): void {
  const shown = JSON.stringify(errors)?.slice(0, 500) ?? "nothing";
  if (!Array.isArray(errors) || errors.length === 0) {
    throw new Broken(`errors must be a list of one or more, got ${shown}`);
  }
  for (const error of errors) {
    const { message, path, locations, extensions }: Record<string, unknown> = Object(error);
    const { code }: Record<string, unknown> = Object(extensions);
    must(typeof message === "string" && message !== "", "an error must have a message", shown);
    must(ERROR_CODES.has(code), "an error must have one of the API's codes", shown);
    must(code !== "INTERNAL", "no error may be INTERNAL", shown);
    const isPath = path === undefined || Array.isArray(path) &&
        path.every((key) => typeof key === "string" || Number.isInteger(key));
    must(isPath, "an error's path must be keys and places", shown);
    const arePlaces = locations === undefined || Array.isArray(locations) &&
        locations.every((place) => Object(place).line >= 1 && Object(place).column >= 1);
    must(arePlaces, "an error's locations must be lines and columns from 1", shown);
    codes.push(String(code));
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Broken(`an answer must be JSON, got ${text.slice(0, 300) || "nothing"}`);
  }
}

function must(holds: boolean, rule: string, got: string): asserts holds {
  if (!holds) throw new Broken(`${rule}, got ${got}`);
}
