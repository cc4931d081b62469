/**
 * Yoga plugin for automatic persisted queries of Apollo and urql: a document that was sent once may be sent as its
 * SHA-256 from then on. It is parsed, validated and limited like any other. Not @graphql-yoga/plugin-apq, whose store
 * could be bounded: it stores documents before they are validated, and its errors have codes that the API does not.
 *
 * @see https://www.apollographql.com/docs/apollo-server/performance/apq
 */
import { createHash } from "node:crypto";
import { GraphQLError } from "graphql";
import type { GraphQLParams, Plugin, YogaInitialContext } from "graphql-yoga";
import { LRUCache } from "lru-cache";

/** Characters of all cached documents, the least recently used of which are dropped. */
const MAX_CHARACTERS = 4_000_000;

/** Characters of a cached document. Longer ones work, but have to be sent each time. */
const MAX_DOCUMENT_CHARACTERS = 100_000;

/** Message by which client libraries recognize this error. */
const NOT_FOUND_MESSAGE = "PersistedQueryNotFound";

/** Creates the plugin with an empty cache. */
export function usePersistedDocuments(): Plugin {
  const documents = new LRUCache<string, string>({
    maxSize: MAX_CHARACTERS,
    maxEntrySize: MAX_DOCUMENT_CHARACTERS,
    sizeCalculation: (document) => document.length,
  });
  // Hashes of requests that sent the matching document as well.
  const hashes = new WeakMap<GraphQLParams, string>();
  return {
    onParams({ params, setParams }) {
      const hash = readHash(params);
      if (hash === undefined) return;
      if (params.query) {
        const own = hashOf(params.query);
        if (hash !== own) {
          throw badRequest(
            `Cannot keep the document: sha256Hash must be its SHA-256, ${own}, got ${hash}.`,
          );
        }
        hashes.set(params, hash);
        return;
      }
      const query = documents.get(hash);
      if (query === undefined) throw notFound();
      setParams({ ...params, query });
    },
    onValidate({ context }) {
      // An operation that comes by WebSocket has no params.
      const { params } = context as Partial<YogaInitialContext>;
      const hash = params && hashes.get(params);
      const query = params?.query;
      if (!hash || !query) return;
      return ({ valid }) => {
        if (valid) documents.set(hash, query);
      };
    },
  };
}

/** Returns the hash that a request names, if it names one. */
function readHash({ extensions }: GraphQLParams): string | undefined {
  const asked: unknown = extensions?.persistedQuery;
  if (asked === undefined || asked === null) return undefined;
  const { version, sha256Hash }: Record<string, unknown> = Object(asked);
  if (version === 1 && typeof sha256Hash === "string" && /^[0-9a-f]{64}$/.test(sha256Hash)) {
    return sha256Hash;
  }
  throw badRequest(
    "Cannot read the request: extensions.persistedQuery must have the version 1 and, as sha256Hash, " +
      "64 hexadecimal digits, got something else.",
  );
}

function hashOf(document: string): string {
  return createHash("sha256").update(document).digest("hex");
}

function notFound(): GraphQLError {
  // `spec`: clients that accept plain application/json get the status 200.
  return new GraphQLError(NOT_FOUND_MESSAGE, {
    extensions: { code: "NOT_FOUND", http: { status: 404, spec: true } },
  });
}

function badRequest(message: string): GraphQLError {
  return new GraphQLError(message, {
    extensions: { code: "BAD_USER_INPUT", http: { status: 400, spec: true } },
  });
}
