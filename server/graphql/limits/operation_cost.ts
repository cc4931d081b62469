/**
 * Cost of an operation, from the `complexity` that its fields declare for @pothos/plugin-complexity
 * (schema/base/cost.ts has the points). It is known before execution, for subscriptions too; the plugin's own check
 * runs in resolvers and is off.
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

/** An operation with everything that its cost depends on. */
export interface PricedOperation {
  readonly schema: GraphQLSchema;
  readonly operation: OperationDefinitionNode;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Cost of __schema and __type: the whole schema takes milliseconds. */
const INTROSPECTION_COST = 1000;

/** Cost of one field, and the number of items that multiplies the cost of its selections. */
interface Price {
  readonly field: number;
  readonly multiplier: number;
}

/** Returns the cost of a valid operation; for an abstract type, that of its most expensive member. */
export function operationCost(
  { schema, operation, fragments, variables }: PricedOperation,
): number {
  const root = schema.getRootType(operation.operation);
  const { coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], variables);
  // With invalid variables nothing is executed.
  if (!root || !coerced) return 0;
  const known = new Map<SelectionSetNode, Map<string, number>>();
  return costOfSet(operation.selectionSet, root);

  /** @param items length of the lists directly inside, if it is known: those of a connection */
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

/** Items of a list whose field declares nothing; the plugin has the same default. */
const DEFAULT_ITEMS = 10;

function priceOf(
  field: GraphQLField<unknown, unknown>,
  readArguments: () => Record<string, unknown>,
): Price {
  const usual: Price = { field: 1, multiplier: isList(field) ? DEFAULT_ITEMS : 1 };
  let declared = field.extensions.complexity as FieldComplexity<object, object> | undefined;
  if (typeof declared === "function") {
    try {
      declared = declared(readArguments(), {}, {} as never);
    } catch (error) {
      // Execution will reject the field for its invalid arguments.
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
