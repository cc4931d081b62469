/** Explains errors of PostgreSQL and of the connection to it. */
import { AbortedTransactionError } from "kysely";
import { DatabaseError } from "pg";
import { errorMessage } from "../../../lib/error_message.ts";
import { StoreUnavailableError } from "../errors.ts";

/** An explanation: the problem and the remedy. */
type Meaning = readonly [wrong: string, advice: string, passes?: "passes"];

const AWAY: Meaning = [
  "the server must run and be reachable",
  "Start it, or correct DATABASE_URL",
  "passes",
];
const LOST: Meaning = [
  "the server must stay reachable",
  "It may have been stopped or started again. Whether it has done what was asked last is not known",
  "passes",
];
const SLOW: Meaning = [
  "the server must answer within seconds",
  "Look whether it is overloaded. Whether it has done what was asked last is not known",
  "passes",
];
const REFUSED: Meaning = [
  "the server must let this user in",
  "Correct the user and the password in DATABASE_URL, add sslmode=require to it, or change the server's pg_hba.conf",
];
const FULL: Meaning = [
  "there must be space left on the server's disk",
  "Free some; nothing was half-written",
  "passes",
];
const CROWDED: Meaning = [
  "the server must have a connection free",
  "Let it take more (max_connections), or run fewer processes",
  "passes",
];
const DAMAGED: Meaning = [
  "the server's files must be readable and undamaged",
  "Look at the server's log and its disk",
];

/** Explanations by SQLSTATE or its class. */
const ANSWERS: readonly (readonly [state: RegExp, meaning: Meaning])[] = [
  [/^28/, REFUSED],
  [/^3D000/, [
    "the database must be there",
    "Make it (createdb), or correct DATABASE_URL",
  ]],
  [/^(42501|3F000)/, [
    "its user must be allowed to create tables in it and to use them",
    "Let the user own the database (alter database … owner to …), or grant it what it lacks",
  ]],
  [/^42P01/, [
    "its tables must be there",
    "Somebody has removed them; start epochql again, which makes them, or restore a copy",
  ]],
  [/^(25006|57P05)/, [
    "the server must take writes",
    "It is a read-only copy, or was made read-only: name the primary server in DATABASE_URL",
    "passes",
  ]],
  [/^(53300|53400)/, CROWDED],
  [/^53100/, FULL],
  [/^53/, ["the server must have memory left", "Look at what else runs on it", "passes"]],
  [/^57014|^55P03|^25P0[34]/, SLOW],
  [/^57P03/, [
    "the server must have started",
    "It starts or stops just now: wait a moment",
    "passes",
  ]],
  [/^08P01/, [
    "the server must understand what a PostgreSQL client asks",
    "If it is a pooler, name the server itself in DATABASE_URL: wake-ups and locks need connections of their own",
  ]],
  [/^57P|^08/, LOST],
  [/^40/, ["no other client may be in its way", "Nothing was done: try again", "passes"]],
  [/^(58|XX)/, DAMAGED],
  [/^22P05/, [
    "its encoding must be UTF8",
    "Make another database with: create database … encoding 'UTF8' template template0",
  ]],
];

/** Explanations by error code of the operating system or message of the client. */
const WAYS: readonly (readonly [error: RegExp, meaning: Meaning])[] = [
  [/Requires \w+ access|NotCapable|getaddrinfo EPERM/, [
    "this process must be allowed to connect to it",
    "Give Deno --allow-net=HOST:PORT, as the project's own tasks do",
  ]],
  [/client password must be/, REFUSED],
  [/does not support SSL/, [
    "the server must speak TLS, as DATABASE_URL asks for it",
    "Let it, or take sslmode out of DATABASE_URL",
  ]],
  [/altnames|NotValidForName/, [
    "its certificate must be one for the name that DATABASE_URL calls it by",
    "Call it as its certificate does, or take sslmode=verify-ca with sslrootcert=FILE",
  ]],
  [/certificate|\bCERT_|UnknownIssuer/i, [
    "its certificate must be one that this machine trusts",
    "Name its authority with sslrootcert=FILE in DATABASE_URL",
  ]],
  [/ECONNREFUSED|ENOENT|ENOTFOUND|EAI_\w+|EHOSTUNREACH|ENETUNREACH|EHOSTDOWN/, AWAY],
  [/exceeded when trying to connect/, SLOW],
  [/connection timeout|timeout expired|ETIMEDOUT/, AWAY],
  [/Query read timeout/, SLOW],
  [/ECONNRESET|EPIPE|ECONNABORTED|Connection terminated|not queryable|Connection ended/, LOST],
];

/**
 * Converts errors of PostgreSQL and of the connection to StoreUnavailableError. Returns other errors unchanged.
 *
 * @param place the database for display, without its password
 */
export function explainPostgresError(error: unknown, place: string): unknown {
  const meaning = meaningOf(error);
  if (meaning === undefined) return error;
  const [wrong, advice, passes] = meaning;
  return new StoreUnavailableError(
    `Cannot use the database ${place}: ${wrong}, got '${wordsOf(error)}'. ${advice}.`,
    { cause: error, mayPass: passes !== undefined },
  );
}

function meaningOf(error: unknown): Meaning | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error instanceof DatabaseError) {
    return ANSWERS.find(([state]) => state.test(error.code ?? ""))?.[1];
  }
  if (error instanceof AbortedTransactionError) return LOST;
  const code = "code" in error ? String(error.code) : "";
  const text = `${code} ${error.name} ${wordsOf(error)}`;
  return WAYS.find(([pattern]) => pattern.test(text))?.[1];
}

/** Returns an error's message. Each address of a host is tried, and each may fail differently. */
function wordsOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === "") {
    return error.errors.map(wordsOf).join("; ");
  }
  return errorMessage(error);
}
