/**
 * What an operation costs, by the costs that its fields declare (`complexity`, where the fields are; @pothos/plugin-complexity
 * holds the declarations). One point is about what a number of a run that was read already takes. Known before anything
 * is carried out, for subscriptions too, which is why the plugin's own check, in the root resolvers, is off.
 */
import type { FieldComplexity } from "@pothos/plugin-complexity";
import {
  type FragmentDefinitionNode,
  getArgumentValues,
  getNamedType,
  getVariableValues,
  GraphQLError,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  isAbstractType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from "graphql";

/** An operation with what is to be known of it. */
export interface PricedOperation {
  readonly schema: GraphQLSchema;
  readonly operation: OperationDefinitionNode;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** What __schema and __type cost: the whole schema takes milliseconds. */
const INTROSPECTION_COST = 1000;

/** What one field costs, and how often what is inside of it. */
interface Price {
  readonly field: number;
  readonly multiplier: number;
}

/** The cost of a valid operation; of a list that may hold several types, the dearest. */
export function costOf({ schema, operation, fragments, variables }: PricedOperation): number {
  const root = schema.getRootType(operation.operation);
  const { coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], variables);
  // With variables that do not fit, nothing is carried out.
  if (!root || !coerced) return 0;
  const known = new Map<SelectionSetNode, Map<GraphQLNamedType, number>>();
  return costOfSet(operation.selectionSet, root);

  function costOfSet(set: SelectionSetNode, type: GraphQLNamedType): number {
    if (isAbstractType(type)) {
      return Math.max(...schema.getPossibleTypes(type).map((one) => costOfSet(set, one)));
    }
    if (!isObjectType(type)) return 0;
    const costs = known.get(set) ?? new Map<GraphQLNamedType, number>();
    known.set(set, costs);
    const before = costs.get(type);
    if (before !== undefined) return before;
    costs.set(type, 0);
    const cost = costOfSelections(set, type);
    costs.set(type, cost);
    return cost;
  }

  function costOfSelections({ selections }: SelectionSetNode, type: GraphQLObjectType): number {
    let cost = 0;
    for (const node of selections) {
      if (node.kind === Kind.FIELD) {
        const name = node.name.value;
        const field = type.getFields()[name];
        if (!field) {
          cost += name === "__schema" || name === "__type" ? INTROSPECTION_COST : 1;
          continue;
        }
        const { field: own, multiplier } = priceOf(
          field,
          () => getArgumentValues(field, node, coerced),
        );
        const inner = node.selectionSet
          ? costOfSet(node.selectionSet, getNamedType(field.type))
          : 0;
        cost += own + inner * multiplier;
        continue;
      }
      const fragment = node.kind === Kind.FRAGMENT_SPREAD ? fragments.get(node.name.value) : node;
      if (fragment && applies(fragment.typeCondition?.name.value, type)) {
        cost += costOfSet(fragment.selectionSet, type);
      }
    }
    return cost;
  }

  function applies(condition: string | undefined, type: GraphQLObjectType): boolean {
    const wanted = condition === undefined ? type : schema.getType(condition);
    return wanted === type || (isAbstractType(wanted) && schema.isSubType(wanted, type));
  }
}

function priceOf(
  { extensions }: GraphQLField<unknown, unknown>,
  readArguments: () => Record<string, unknown>,
): Price {
  let declared = extensions.complexity as FieldComplexity<object, object> | undefined;
  if (typeof declared === "function") {
    try {
      declared = declared(readArguments(), {}, {} as never);
    } catch (error) {
      // Arguments that do not fit: the field will be refused.
      if (!(error instanceof GraphQLError)) throw error;
      return { field: 1, multiplier: 1 };
    }
  }
  const { field = 1, multiplier = 1 } = typeof declared === "number"
    ? { field: declared }
    : declared ?? {};
  return { field, multiplier: Math.max(1, multiplier) };
}
