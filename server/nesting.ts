/**
 * A Yoga plugin for documents that are nested deeper than GraphQL's parser can follow: it calls itself for every level, and
 * JavaScript's stack ends it with an error that is the client's doing and none of the server's.
 */
import { GraphQLError } from "graphql";
import type { Plugin } from "graphql-yoga";

/** Goes behind whatever else sets a parser. */
export function refuseDeepNesting(): Plugin {
  return {
    onParse({ parseFn, setParseFn }) {
      setParseFn((source, options) => {
        try {
          return parseFn(source, options);
        } catch (error) {
          if (!(error instanceof RangeError)) throw error;
          throw new GraphQLError(
            "Cannot read the document: its brackets must be nested less deeply, " +
              "got more levels than can be followed.",
            { extensions: { code: "BAD_USER_INPUT", http: { status: 400 } } },
          );
        }
      });
    },
  };
}
