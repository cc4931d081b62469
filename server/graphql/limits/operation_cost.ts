/**
 * What an operation costs, by the costs that its fields declare (`complexity`, where the fields are; schema/base/cost.ts has the
 * points, @pothos/plugin-complexity holds the declarations). Known before anything is carried out, for subscriptions too,
 * which is why the plugin's own check, in the root resolvers, is off.
 */
import type { FieldComplexity } from "@pothos/plugin-complexity";
import {
  type FragmentDefinitionNode,
  getArgumentValues,
  getNamedType,
  getNullableType,
  getVariableValues,
  GraphQLError,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  isAbstractType,
  isListType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from "graphql";
import { COST } from "../../../schema/base/cost.ts";
import { isDefer } from "./defer_rules.ts";

/** An operation with what is to be known of it. */
export interface PricedOperation {
  readonly schema: GraphQLSchema;
  readonly operation: OperationDefinitionNode;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** What __schema and __type cost: the whole schema takes milliseconds. */
const INTROSPECTION_COST = 1000;

/** What one field costs, and how many items there are of what is inside of it. */
interface Price {
  readonly field: number;
  readonly multiplier: number;
}

/** The cost of a valid operation; of a list that may hold several types, the dearest. */
export function operationCost(
  { schema, operation, fragments, variables }: PricedOperation,
): number {
  const root = schema.getRootType(operation.operation);
  const { coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], variables);
  // With variables that do not fit, nothing is carried out.
  if (!root || !coerced) return 0;
  const known = new Map<SelectionSetNode, Map<string, number>>();
  return costOfSet(operation.selectionSet, root);

  /** @param items how many the lists directly inside have, where it is known: those of a connection */
  function costOfSet(set: SelectionSetNode, type: GraphQLNamedType, items?: number): number {
    if (isAbstractType(type)) {
      return Math.max(...schema.getPossibleTypes(type).map((one) => costOfSet(set, one, items)));
    }
    if (!isObjectType(type)) return 0;
    const costs = known.get(set) ?? new Map<string, number>();
    known.set(set, costs);
    const key = `${type.name} ${items}`;
    const before = costs.get(key);
    if (before !== undefined) return before;
    const cost = costOfSelections(set, type, items);
    costs.set(key, cost);
    return cost;
  }

  function costOfSelections(
    { selections }: SelectionSetNode,
    type: GraphQLObjectType,
    items: number | undefined,
  ): number {
    let cost = 0;
    for (const node of selections) {
      if (node.kind !== Kind.FIELD) {
        const fragment = node.kind === Kind.FRAGMENT_SPREAD ? fragments.get(node.name.value) : node;
        if (node.directives?.some(isDefer)) cost += COST.part;
        if (fragment && applies(fragment.typeCondition?.name.value, type)) {
          cost += costOfSet(fragment.selectionSet, type, items);
        }
        continue;
      }
      const name = node.name.value;
      const field = type.getFields()[name];
      if (!field) {
        cost += name === "__schema" || name === "__type" ? INTROSPECTION_COST : 1;
        continue;
      }
      const price = priceOf(field, () => getArgumentValues(field, node, coerced));
      cost += price.field;
      if (!node.selectionSet) continue;
      const inside = getNamedType(field.type);
      cost += isList(field)
        ? (items ?? price.multiplier) * costOfSet(node.selectionSet, inside)
        : costOfSet(
          node.selectionSet,
          inside,
          price.multiplier === 1 ? undefined : price.multiplier,
        );
    }
    return cost;
  }

  function applies(condition: string | undefined, type: GraphQLObjectType): boolean {
    const wanted = condition === undefined ? type : schema.getType(condition);
    return wanted === type || (isAbstractType(wanted) && schema.isSubType(wanted, type));
  }
}

/** What a list has where nothing is said of it, as the plugin has it. */
const ITEMS = 10;

function priceOf(
  field: GraphQLField<unknown, unknown>,
  readArguments: () => Record<string, unknown>,
): Price {
  const usual: Price = { field: 1, multiplier: isList(field) ? ITEMS : 1 };
  let declared = field.extensions.complexity as FieldComplexity<object, object> | undefined;
  if (typeof declared === "function") {
    try {
      declared = declared(readArguments(), {}, {} as never);
    } catch (error) {
      // With arguments that do not fit, the field will be refused.
      if (!(error instanceof GraphQLError)) throw error;
      return usual;
    }
  }
  const price = typeof declared === "number" ? { field: declared } : declared;
  return {
    field: price?.field ?? usual.field,
    multiplier: Math.max(1, price?.multiplier ?? usual.multiplier),
  };
}

function isList({ type }: GraphQLField<unknown, unknown>): boolean {
  return isListType(getNullableType(type));
}
