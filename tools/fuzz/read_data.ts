/**
 * Checks data against the schema and the operation: exactly the requested fields, each of its type.
 * Reports the values, so that later operations can use them and covered fields are known.
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

/** The operation that was sent. */
export interface Asked {
  readonly schema: GraphQLSchema;
  /** A valid document with one operation. */
  readonly document: DocumentNode;
  readonly variables: Readonly<Record<string, unknown>>;
  /** Receives each value with its field, such as 'Run.id'. */
  readonly onValue: (source: string, value: unknown) => void;
}

/** The operation with its fragments by name. */
interface ReadContext extends Asked {
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
}

/** Checks the data of a result. @returns the first fault; undefined if there is none */
export function readData(asked: Asked, data: unknown): string | undefined {
  const { schema, document } = asked;
  const operation = getOperationAST(document);
  const root = operation && schema.getRootType(operation.operation);
  if (!root) return "there must be no data where there is no operation";
  const fragments = new Map(
    document.definitions.filter((node) => node.kind === Kind.FRAGMENT_DEFINITION)
      .map((node): [string, FragmentDefinitionNode] => [node.name.value, node]),
  );
  const context = { ...asked, fragments };
  return data === null
    ? undefined
    : readObject(context, root, [operation.selectionSet], data, "data");
}

/** Reads an object: exactly the selected fields, in any order. @returns the first fault */
function readObject(
  context: ReadContext,
  type: GraphQLObjectType,
  sets: readonly SelectionSetNode[],
  value: unknown,
  at: string,
): string | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return `${at} must be an object, got ${show(value)}`;
  }
  const due = new Map<string, FieldNode[]>();
  for (const { selections } of sets) collect(context, type, selections, due);
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
    // Introspection fields are GraphQL.js's own.
    if (!field) continue;
    const inside = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
    const problem = readValue(context, field.type, inside, inner, `${at}.${key}`);
    if (problem !== undefined) return problem;
    if (isLeafType(getNamedType(field.type))) context.onValue(`${type.name}.${name}`, inner);
  }
  return undefined;
}

/** Reads a value of any type. @returns the first fault */
function readValue(
  context: ReadContext,
  type: GraphQLOutputType,
  sets: readonly SelectionSetNode[],
  value: unknown,
  at: string,
): string | undefined {
  if (isNonNullType(type)) {
    return value === null
      ? `${at} must not be null`
      : readValue(context, type.ofType, sets, value, at);
  }
  if (value === null) return undefined;
  if (isListType(type)) {
    if (!Array.isArray(value)) return `${at} must be a list, got ${show(value)}`;
    for (const [index, item] of value.entries()) {
      const problem = readValue(context, type.ofType, sets, item, `${at}.${index}`);
      if (problem !== undefined) return problem;
    }
    return undefined;
  }
  if (isObjectType(type)) return readObject(context, type, sets, value, at);
  if (isAbstractType(type)) {
    const real = context.schema.getType(String(Object(value).__typename));
    // __typename was not selected.
    if (!isObjectType(real)) return undefined;
    return context.schema.isSubType(type, real)
      ? readObject(context, real, sets, value, at)
      : `${at} must be a ${type.name}, got a ${real.name}`;
  }
  const isFitting = isEnumType(type)
    ? type.getValue(String(value)) !== undefined && typeof value === "string"
    : isScalarType(type) && fits(type.name, value);
  return isFitting ? undefined : `${at} must be a ${type.name}, got ${show(value)}`;
}

/** Collects the fields of a selection that are due, by their keys in the result. */
function collect(
  context: ReadContext,
  type: GraphQLObjectType,
  selections: readonly SelectionNode[],
  due: Map<string, FieldNode[]>,
): void {
  const { schema, variables, fragments } = context;
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
    if (fragment && applies) collect(context, type, fragment.selectionSet.selections, due);
  }
}

/** Checks a JSON value against a scalar of the specification. */
function fits(type: string, value: unknown): boolean {
  switch (type) {
    case "Int":
      return Number.isInteger(value) && Math.abs(Number(value)) <= 2 ** 31;
    case "Float":
      return typeof value === "number";
    case "Boolean":
      return typeof value === "boolean";
    case "JSON":
      return value !== null;
    default:
      return typeof value === "string";
  }
}

function show(value: unknown): string {
  return JSON.stringify(value)?.slice(0, 100) ?? "nothing";
}
