/**
 * A Pothos plugin that turns whatever a field throws into an error for clients. In the schema and not in the
 * server, so that every transport gives the same errors.
 */
import SchemaBuilder, {
  BasePlugin,
  isThenable,
  type PothosOutputFieldConfig,
  type SchemaTypes,
} from "@pothos/core";
import type { GraphQLFieldResolver, GraphQLResolveInfo } from "graphql";
import type { ApiContext } from "./context.ts";
import { toApiError } from "./errors.ts";

/** The plugin's name, for the builder's list. */
export const ERROR_PLUGIN = "apiErrors";

declare global {
  export namespace PothosSchemaTypes {
    export interface Plugins<Types extends SchemaTypes> {
      [ERROR_PLUGIN]: ErrorPlugin<Types>;
    }
  }
}

/** A class because Pothos asks for one. */
class ErrorPlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  /** Wraps outside of the reading of arguments, so that their errors pass here too. */
  override wrapArgMappers(
    resolve: GraphQLFieldResolver<unknown, Types["Context"], object> | undefined,
    _field: PothosOutputFieldConfig<Types>,
  ): GraphQLFieldResolver<unknown, Types["Context"], object> | undefined {
    if (!resolve) return undefined;
    return (parent, args, context, info) => {
      const fail = (error: unknown): never => {
        throw toApiError(error, context as ApiContext, pathOf(info));
      };
      try {
        const result = resolve(parent, args, context, info);
        return isThenable(result) ? result.then(undefined, fail) : result;
      } catch (error) {
        return fail(error);
      }
    };
  }
}

SchemaBuilder.registerPlugin(ERROR_PLUGIN, ErrorPlugin);

/** A field's place in the answer: 'runs.nodes.0.epochs'. */
export function pathOf(info: GraphQLResolveInfo): string {
  const keys: (string | number)[] = [];
  for (let at: GraphQLResolveInfo["path"] | undefined = info.path; at; at = at.prev) {
    keys.unshift(at.key);
  }
  return keys.join(".");
}
