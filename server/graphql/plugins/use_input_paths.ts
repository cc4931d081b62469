/** Yoga plugin that gives errors of GraphQL.js about arguments their paths, on every transport. */
import { GraphQLError } from "graphql";
import type { Plugin } from "graphql-yoga";
import { addInputPaths } from "../input_paths.ts";

/** Creates the plugin. */
export function useInputPaths(): Plugin {
  return {
    onValidate: ({ params: { documentAST } }) => ({ valid, result }) => {
      if (!valid) addInputPaths(result.filter(isGraphqlError), documentAST);
    },
    onExecute: ({ args: { document } }) => ({
      onExecuteDone({ result }) {
        if (!(Symbol.asyncIterator in result)) addInputPaths(result.errors ?? [], document);
      },
    }),
    onSubscribe: ({ args: { document } }) => ({
      onSubscribeResult({ result }) {
        if (!(Symbol.asyncIterator in result)) addInputPaths(result.errors ?? [], document);
      },
    }),
  };
}

function isGraphqlError(error: unknown): error is GraphQLError {
  return error instanceof GraphQLError;
}
