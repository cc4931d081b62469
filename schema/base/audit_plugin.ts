/**
 * A Pothos plugin that tells of every mutation, whatever came of it. In the schema and not in the server, as only the
 * field knows which run it was about.
 */
import SchemaBuilder, {
  BasePlugin,
  isThenable,
  type PothosOutputFieldConfig,
  type SchemaTypes,
} from "@pothos/core";
import { GraphQLError, type GraphQLFieldResolver, type GraphQLResolveInfo } from "graphql";
import type { ApiContext } from "./context.ts";
import { runKey } from "./global_id.ts";

/** The plugin's name, for the builder's list: before the one that makes the errors, to see what clients see. */
export const AUDIT_PLUGIN = "audit";

declare global {
  export namespace PothosSchemaTypes {
    export interface Plugins<Types extends SchemaTypes> {
      [AUDIT_PLUGIN]: AuditPlugin<Types>;
    }
  }
}

/** A class because Pothos asks for one. */
class AuditPlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  override wrapArgMappers(
    resolve: GraphQLFieldResolver<unknown, Types["Context"], object> | undefined,
    field: PothosOutputFieldConfig<Types>,
  ): GraphQLFieldResolver<unknown, Types["Context"], object> | undefined {
    if (!resolve || field.kind !== "Mutation") return resolve;
    return (parent, args, context, info) => {
      const { onMutation } = context as ApiContext;
      const tell = (runId: string | null, code: string) =>
        onMutation?.({ operation: operationName(info), field: info.fieldName, runId, code });
      const succeed = (result: unknown) => {
        tell(runOf(result) ?? runOf(args), "OK");
        return result;
      };
      const fail = (error: unknown): never => {
        tell(runOf(args), codeOf(error));
        throw error;
      };
      try {
        const result = resolve(parent, args, context, info);
        return isThenable(result) ? result.then(succeed, fail) : succeed(result);
      } catch (error) {
        return fail(error);
      }
    };
  }
}

SchemaBuilder.registerPlugin(AUDIT_PLUGIN, AuditPlugin);

/** Names may be as long as requests. */
const MAX_NAME_LENGTH = 100;

function operationName({ operation }: GraphQLResolveInfo): string | null {
  return operation.name?.value.slice(0, MAX_NAME_LENGTH) ?? null;
}

/** The run that arguments or an answer name, by its key or by its global id. */
function runOf(named: unknown): string | null {
  if (typeof named !== "object" || named === null) return null;
  const { runId, id } = named as { readonly runId?: unknown; readonly id?: unknown };
  const given = runId ?? id;
  return typeof given === "string" ? runKey(given) ?? null : null;
}

function codeOf(error: unknown): string {
  const code = error instanceof GraphQLError ? error.extensions.code : undefined;
  return typeof code === "string" ? code : "INTERNAL";
}
