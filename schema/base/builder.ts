/**
 * The schema's builder: its plugins and what holds for every type. No type is defined here; each has its own
 * file, and resolvers/api_schema.ts puts them together.
 */
import SchemaBuilder from "@pothos/core";
import ComplexityPlugin from "@pothos/plugin-complexity";
import RelayPlugin from "@pothos/plugin-relay";
import ScopeAuthPlugin from "@pothos/plugin-scope-auth";
import ValidationPlugin from "@pothos/plugin-validation";
import { outOfScope, type Scope, scopesOf } from "./access.ts";
import { AUDIT_PLUGIN } from "./audit_plugin.ts";
import type { ApiContext } from "./context.ts";
import { COST } from "./cost.ts";
import { ERROR_PLUGIN } from "./error_plugin.ts";
import { readNodeId } from "./global_id.ts";
import { validationError } from "./validators.ts";

/** Fields are non-null unless they say otherwise. */
export const builder = new SchemaBuilder<{
  Context: ApiContext;
  AuthScopes: Readonly<Record<Scope, boolean>>;
  Connection: { readonly totalCount: number };
  DefaultFieldNullability: false;
  DefaultEdgesNullability: false;
  DefaultNodeNullability: false;
  Scalars: { ID: { Input: string; Output: string } };
}>({
  plugins: [
    AUDIT_PLUGIN,
    ERROR_PLUGIN,
    ScopeAuthPlugin,
    ComplexityPlugin,
    RelayPlugin,
    ValidationPlugin,
  ],
  defaultFieldNullability: false,
  scopeAuth: {
    // A subscription is refused before it begins, not at its first event.
    authorizeOnSubscribe: true,
    authScopes: ({ viewer }) => scopesOf(viewer),
    unauthorizedError: (_parent, { viewer }, info) => outOfScope(viewer, info),
  },
  // Costs are declared here (cost.ts) and summed up before anything is carried out (server/graphql/limits/operation_cost.ts).
  complexity: { defaultComplexity: 1, defaultListMultiplier: 10, disabled: true },
  validation: { validationError },
  relay: {
    cursorType: "String",
    decodeGlobalID: readNodeId,
    edgesFieldOptions: {
      nullable: false,
      description: "The page's items, each with its cursor.",
    },
    nodesOnConnection: { description: "The page's items." },
    cursorFieldOptions: { description: "Where this item is: `after` it the next page begins." },
    nodeFieldOptions: { nullable: false, description: "The item." },
    nodeTypeOptions: { description: "Anything that can be loaded again by its id." },
    idFieldOptions: { description: "Opaque, and the only one of its kind." },
    nodeQueryOptions: {
      complexity: COST.lookup,
      authScopes: { read: true },
      description: "Loads a Run or a Sample by its id; null if there is none (any more).",
      args: { id: { description: "The id of a Run or a Sample." } },
    },
    nodesQueryOptions: false,
    pageInfoFieldOptions: { description: "Where the page lies." },
    pageInfoTypeOptions: { description: "Where a page lies among all items of its connection." },
    hasNextPageFieldOptions: { description: "Whether there are items after this page." },
    hasPreviousPageFieldOptions: { description: "Whether there are items before this page." },
    startCursorFieldOptions: { description: "The first item's cursor; null on an empty page." },
    endCursorFieldOptions: {
      description: "The last item's cursor, for the next page's `after`; null on an empty page.",
    },
  },
});

builder.globalConnectionField(
  "totalCount",
  (t) => t.exposeInt("totalCount", { description: "How many items there are on all pages." }),
);

builder.queryType({
  description: "What can be read: recipes, datasets, devices, workers and runs.",
});
builder.mutationType({
  description:
    "What can be done: starting, pausing, resuming, cancelling, naming and deleting runs.",
});
builder.subscriptionType({
  description:
    "What can be watched. Every subscription replays what lies after its cursor, then goes " +
    "on as things happen; a client that was cut off takes up where it was.",
});
