/**
 * Holds what came back to the schema and to what was asked for: each field that is due and no other, each of its type. What
 * the fields held is told, so that it can be asked for, and so that it is known which fields have been answered.
 */
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  getDirectiveValues,
  getNamedType,
  getOperationAST,
  GraphQLIncludeDirective,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  GraphQLSkipDirective,
  isAbstractType,
  isEnumType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isScalarType,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from "graphql";

/** What was asked for. */
export interface Asked {
  readonly schema: GraphQLSchema;
  /** A valid document with one operation. */
  readonly document: DocumentNode;
  readonly variables: Readonly<Record<string, unknown>>;
  /** Is told of each value: of 'Run.id', for one. */
  readonly onValue: (source: string, value: unknown) => void;
}

/** What is wrong with the data of an answer; undefined if nothing is. */
export function readData(asked: Asked, data: unknown): string | undefined {
  const { schema, document, variables, onValue } = asked;
  const operation = getOperationAST(document);
  const root = operation && schema.getRootType(operation.operation);
  if (!root) return "there must be no data where there is no operation";
  const fragments = new Map(
    document.definitions.filter((node) => node.kind === Kind.FRAGMENT_DEFINITION)
      .map((node): [string, FragmentDefinitionNode] => [node.name.value, node]),
  );
  return data === null ? undefined : readObject(root, [operation.selectionSet], data, "data");

  function readObject(
    type: GraphQLObjectType,
    sets: readonly SelectionSetNode[],
    value: unknown,
    at: string,
  ): string | undefined {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      return `${at} must be an object, got ${show(value)}`;
    }
    const due = new Map<string, FieldNode[]>();
    for (const { selections } of sets) collect(type, selections, due);
    const extra = Object.keys(value).find((key) => !due.has(key));
    if (extra !== undefined) return `${at} must not have '${extra}'`;
    for (const [key, nodes] of due) {
      if (!Object.hasOwn(value, key)) return `${at} must have '${key}'`;
      const name = nodes[0]?.name.value ?? "";
      const inner: unknown = Reflect.get(value, key);
      const field = type.getFields()[name];
      if (name === "__typename" && inner !== type.name) {
        return `${at}.${key} must be ${type.name}, got ${show(inner)}`;
      }
      // What introspection says is GraphQL.js's own.
      if (!field) continue;
      const inside = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
      const problem = readValue(field.type, inside, inner, `${at}.${key}`);
      if (problem !== undefined) return problem;
      if (isLeafType(getNamedType(field.type))) onValue(`${type.name}.${name}`, inner);
    }
    return undefined;
  }

  function readValue(
    type: GraphQLOutputType,
    sets: readonly SelectionSetNode[],
    value: unknown,
    at: string,
  ): string | undefined {
    if (isNonNullType(type)) {
      return value === null ? `${at} must not be null` : readValue(type.ofType, sets, value, at);
    }
    if (value === null) return undefined;
    if (isListType(type)) {
      if (!Array.isArray(value)) return `${at} must be a list, got ${show(value)}`;
      for (const [index, item] of value.entries()) {
        const problem = readValue(type.ofType, sets, item, `${at}.${index}`);
        if (problem !== undefined) return problem;
      }
      return undefined;
    }
    if (isObjectType(type)) return readObject(type, sets, value, at);
    if (isAbstractType(type)) {
      const real = schema.getType(String(Object(value).__typename));
      // Nobody has asked which it is.
      if (!isObjectType(real)) return undefined;
      return schema.isSubType(type, real)
        ? readObject(real, sets, value, at)
        : `${at} must be a ${type.name}, got a ${real.name}`;
    }
    const isFitting = isEnumType(type)
      ? type.getValue(String(value)) !== undefined && typeof value === "string"
      : isScalarType(type) && fits(type.name, value);
    return isFitting ? undefined : `${at} must be a ${type.name}, got ${show(value)}`;
  }

  function collect(
    type: GraphQLObjectType,
    selections: readonly SelectionNode[],
    due: Map<string, FieldNode[]>,
  ): void {
    for (const node of selections) {
      if (getDirectiveValues(GraphQLSkipDirective, node, variables)?.if === true) continue;
      if (getDirectiveValues(GraphQLIncludeDirective, node, variables)?.if === false) continue;
      if (node.kind === Kind.FIELD) {
        const key = (node.alias ?? node.name).value;
        due.set(key, [...due.get(key) ?? [], node]);
        continue;
      }
      const fragment = node.kind === Kind.FRAGMENT_SPREAD ? fragments.get(node.name.value) : node;
      const condition = fragment?.typeCondition &&
        schema.getType(fragment.typeCondition.name.value);
      const applies = !condition || condition === type ||
        isAbstractType(condition) && schema.isSubType(condition, type);
      if (fragment && applies) collect(type, fragment.selectionSet.selections, due);
    }
  }
}

/** Whether JSON holds what a scalar of the specification may be. */
function fits(type: string, value: unknown): boolean {
  switch (type) {
    case "Int":
      return Number.isInteger(value) && Math.abs(Number(value)) <= 2 ** 31;
    case "Float":
      return typeof value === "number";
    case "Boolean":
      return typeof value === "boolean";
    default:
      return typeof value === "string";
  }
}

function show(value: unknown): string {
  return JSON.stringify(value)?.slice(0, 100) ?? "nothing";
}
