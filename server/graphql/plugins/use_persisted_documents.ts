/**
 * A Yoga plugin for documents by their hash, as the clients of Apollo and urql ask for them (automatic persisted queries):
 * a document that was sent once may be asked for by its SHA-256 from then on. It saves bytes and allows nothing: what
 * comes by its hash is parsed, validated and held to limits as what comes by its text.
 *
 * Not @graphql-yoga/plugin-apq: that keeps any text that a client sends, valid or not, and as many megabytes as come.
 *
 * @see https://www.apollographql.com/docs/apollo-server/performance/apq
 */
import { createHash } from "node:crypto";
import { GraphQLError } from "graphql";
import type { GraphQLParams, Plugin, YogaInitialContext } from "graphql-yoga";
import { LRUCache } from "lru-cache";

/** Characters of all documents that are kept; those that were asked for last. */
const MOST_CHARACTERS = 4_000_000;

/** The longest document that is kept. Longer ones work, and are asked for again each time. */
const LONGEST_DOCUMENT = 100_000;

/** What clients' libraries know this error by. */
const NOT_FOUND_MESSAGE = "PersistedQueryNotFound";

/** Knows no document. */
export function usePersistedDocuments(): Plugin {
  const documents = new LRUCache<string, string>({
    maxSize: MOST_CHARACTERS,
    maxEntrySize: LONGEST_DOCUMENT,
    sizeCalculation: (document) => document.length,
  });
  // Of requests that came with both, and rightly so.
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
      // By WebSocket there are no params.
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

/** The hash that a request names, if it names one. */
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
  // 'spec': readers of plain application/json are answered with the status 200, as ever.
  return new GraphQLError(NOT_FOUND_MESSAGE, {
    extensions: { code: "NOT_FOUND", http: { status: 404, spec: true } },
  });
}

function badRequest(message: string): GraphQLError {
  return new GraphQLError(message, {
    extensions: { code: "BAD_USER_INPUT", http: { status: 400, spec: true } },
  });
}
