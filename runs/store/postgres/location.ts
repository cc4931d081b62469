/**
 * The location of a database by its DATABASE_URL: server, required permissions, and a form without
 * the password for display.
 */
import { Client, type ClientConfig } from "pg";
import { errorMessage } from "../../../lib/error_message.ts";
import { StoreUnavailableError } from "../errors.ts";

/** Location of a database. */
export interface PostgresLocation {
  readonly user: string;
  /** Host name, address, or folder of a Unix socket. */
  readonly host: string;
  readonly port: number;
  readonly database: string;
  /** For messages: user@host:port/database. */
  readonly shown: string;
}

/**
 * Builds the connection options of a URL. Missing values come from PGHOST, PGUSER, PGPASSWORD and
 * the like, as in every client of PostgreSQL; so does the meaning of sslmode.
 */
export function clientConfig(url: string): ClientConfig {
  const parsed = parse(url);
  const parameters = parsed.searchParams;
  if (parameters.has("sslmode") && !parameters.has("uselibpqcompat")) {
    parameters.set("uselibpqcompat", "true");
  }
  return { connectionString: parsed.href };
}

/**
 * Parses the URL of a database.
 * @throws {StoreUnavailableError} if the URL or a file that it names cannot be used
 */
export function parsePostgresUrl(url: string): PostgresLocation {
  const config = clientConfig(url);
  try {
    const { user = "", host, port, database = "" } = new Client(config);
    const address = host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
    return { user, host, port, database, shown: `${user}@${address}/${database}` };
  } catch (cause) {
    const got = errorMessage(cause);
    throw new StoreUnavailableError(
      `Cannot use DATABASE_URL: its parameters must be ones that PostgreSQL knows, and the files that ` +
        `they name must be there, got '${got}'.`,
      { cause },
    );
  }
}

/** Returns the minimum permissions of a process that connects to the database of a URL, as flags of Deno. */
export function postgresPermissions(
  url: string,
): {
  readonly net: readonly string[];
  readonly read: readonly string[];
  readonly write: readonly string[];
} {
  const { host, port } = parsePostgresUrl(url);
  const files = ["sslrootcert", "sslcert", "sslkey"].flatMap((name) =>
    parse(url).searchParams.get(name) ?? []
  );
  if (host.startsWith("/")) {
    const socket = `${host}/.s.PGSQL.${port}`;
    return { net: [`unix:${socket}`], read: [...files, socket], write: [socket] };
  }
  return {
    net: [host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`],
    read: files,
    write: [],
  };
}

function parse(url: string): URL {
  const parsed = URL.parse(url);
  if (parsed && /^postgres(ql)?:$/.test(parsed.protocol)) return parsed;
  // The value may contain a password, so it is not shown.
  throw new StoreUnavailableError(
    "Cannot use DATABASE_URL: it must be postgresql://USER:PASSWORD@HOST:PORT/DATABASE, with signs such as " +
      "@, / and # in the password as %40, %2F and %23.",
  );
}
