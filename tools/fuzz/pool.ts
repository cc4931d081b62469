/**
 * A pool of values that the server has returned: ids, cursors, names, pictures.
 * An operation is generated before any are known: it names fields, whose values are filled in when it is sent.
 */
import {
  getNamedType,
  getNullableType,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  isAbstractType,
  isListType,
  isObjectType,
} from "graphql";

/** Values from answers, by the field that held them: 'Run.id'. */
export interface Pool {
  note(source: string, value: unknown): void;
  /**
   * One of the values that fields held; undefined if there was none.
   *
   * @param nth which one: any whole number, 0 for the newest
   */
  find(sources: readonly string[], nth: number): unknown;
}

/** Number of stored values of a field: its first ones and its latest ones. */
const FIRST = 30;
const LAST = 30;

/** Creates an empty pool. */
export function createPool(): Pool {
  const known = new Map<string, { readonly first: unknown[]; last: unknown[] }>();
  const has = (values: readonly unknown[], text: string) =>
    values.some((value) => JSON.stringify(value) === text);
  return {
    note(source, value) {
      const { first, last } = known.get(source) ?? { first: [], last: [] };
      const text = JSON.stringify(value);
      if (has(first, text) || has(last, text)) return;
      if (first.length < FIRST) first.push(value);
      else last.unshift(value);
      known.set(source, { first, last: last.slice(0, LAST) });
    },
    find(sources, nth) {
      const values = sources.flatMap((source) => {
        const { first, last } = known.get(source) ?? { first: [], last: [] };
        return [...last, ...first];
      });
      return values[nth % values.length];
    },
  };
}

/**
 * The fields whose values an argument of a type with names takes, as far as a schema's own names tell: a cursor comes
 * from the connection's edges, an id from the type that it is named after, a text from fields of its name or of the
 * type that it is named after.
 */
export function sourcesOf(
  schema: GraphQLSchema,
  field: GraphQLField<unknown, unknown>,
  argument: Pick<GraphQLArgument, "name" | "type">,
): readonly string[] {
  const type = getNamedType(argument.type);
  const result = getNamedType(field.type);
  const isList = isListType(getNullableType(argument.type));
  const isNamesake = (owner: GraphQLObjectType, name: string) =>
    name === argument.name || owner.name === capitalized(argument.name);
  const fields = fieldsOf(
    schema,
    (owner, { name, type: held }) =>
      isNamesake(owner, name) && getNamedType(held) === type &&
      isListType(getNullableType(held)) === isList,
  );
  if (type.name === "ID") {
    const owner = schema.getType(capitalized(argument.name.replace(/Id$/, ""))) ?? result;
    const owners = isAbstractType(owner) ? schema.getPossibleTypes(owner) : [owner];
    const own = owners.map(({ name }) => `${name}.id`);
    // What is called 'id' is of the type that it gives; of others, anybody's.
    return argument.name === "id" ? own : [...own, ...fields];
  }
  if (argument.name === "after" && result.name.endsWith("Connection")) {
    return [`${result.name.replace(/Connection$/, "Edge")}.cursor`];
  }
  return fields;
}

/** The fields of object types that a schema has: 'Run.id'. */
export function fieldsOf(
  schema: GraphQLSchema,
  isWanted: (owner: GraphQLObjectType, field: GraphQLField<unknown, unknown>) => boolean,
): readonly string[] {
  return Object.values(schema.getTypeMap()).filter(isObjectType)
    .filter(({ name }) => !name.startsWith("__"))
    .flatMap((owner) =>
      Object.values(owner.getFields())
        .filter((field) => isWanted(owner, field))
        .map((field) => `${owner.name}.${field.name}`)
    );
}

function capitalized(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
