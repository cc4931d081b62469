/**
 * The schema's builder: its plugins and what holds for every type. No type is defined here; each has its own
 * file, and resolvers/api_schema.ts puts them together.
 */
import SchemaBuilder from "@pothos/core";
import ComplexityPlugin from "@pothos/plugin-complexity";
import RelayPlugin from "@pothos/plugin-relay";
import ScopeAuthPlugin from "@pothos/plugin-scope-auth";
import ValidationPlugin from "@pothos/plugin-validation";
import { type Scope, scopesOf } from "./access.ts";
import { AUDIT_PLUGIN } from "./audit_plugin.ts";
import type { ApiContext } from "./context.ts";
import { COST } from "./cost.ts";
import { ERROR_PLUGIN } from "./error_plugin.ts";
import { outOfScope } from "./errors.ts";
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
  Scalars: {
    ID: { Input: string; Output: string };
    JSON: { Input: unknown; Output: unknown };
  };
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
  // Costs are declared here (cost.ts) and summed up before anything is carried out
  // (server/graphql/limits/operation_cost.ts).
  complexity: { defaultComplexity: 1, defaultListMultiplier: 10, disabled: true },
  validation: { validationError },
  relay: {
    cursorType: "String",
    decodeGlobalID: readNodeId,
    edgesFieldOptions: {
      nullable: false,
      description: "Items of the page, each with its cursor.",
    },
    nodesOnConnection: { description: "Items of the page." },
    cursorFieldOptions: { description: "Cursor of this item. Pass it as `after`." },
    nodeFieldOptions: { nullable: false, description: "The item at this edge." },
    nodeTypeOptions: { description: "Object that the query `node` loads by its id." },
    idFieldOptions: { description: "Opaque, globally unique ID." },
    nodeQueryOptions: {
      complexity: COST.lookup,
      authScopes: { read: true },
      description: "Run or Sample by id; null if it does not exist.",
      args: { id: { description: "ID of a Run or a Sample." } },
    },
    nodesQueryOptions: false,
    pageInfoFieldOptions: { description: "Position of the page." },
    pageInfoTypeOptions: { description: "Position of a page in its connection." },
    hasNextPageFieldOptions: { description: "True if there are items after this page." },
    hasPreviousPageFieldOptions: { description: "True if there are items before this page." },
    startCursorFieldOptions: { description: "Cursor of the first item; null on an empty page." },
    endCursorFieldOptions: {
      description: "Cursor of the last item, for the next page's `after`; null on an empty page.",
    },
  },
});

builder.globalConnectionField(
  "totalCount",
  (t) => t.exposeInt("totalCount", { description: "Number of items on all pages." }),
);

builder.queryType({
  description: "Read access to recipes, datasets, devices, workers, runs and webhooks.",
});
builder.mutationType({
  description:
    "Operations on runs: start, pause, resume, cancel, update and delete; on datasets: import and delete; on webhooks: " +
    "create, update, test and delete; and uploads of files.",
});
builder.subscriptionType({
  description:
    "Live updates. Subscriptions with a cursor replay everything after it and then follow live, so a " +
    "client that reconnects misses nothing.",
});
