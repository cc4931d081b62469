/**
 * Generates operations from a schema: fields, arguments, variables, aliases, fragments, directives. Tame
 * operations are valid; wild ones may not be. New fields of the schema are covered automatically.
 */
import fc from "fast-check";
import {
  getNamedType,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  isAbstractType,
  isInterfaceType,
  isLeafType,
  isNonNullType,
  isObjectType,
  OperationTypeNode,
} from "graphql";
import { sourcesOf } from "./pool.ts";
import { argumentValues, maybe, type Value } from "./values.ts";

/** An operation that is not printed yet. */
export interface Operation {
  readonly type: OperationTypeNode;
  readonly name: string | null;
  readonly isWild: boolean;
  readonly selections: readonly Selection[];
}

export type Selection = Field | Fragment;

interface Field {
  readonly kind: "field";
  readonly alias: string | null;
  readonly name: string;
  readonly args: readonly (readonly [name: string, value: Value])[];
  readonly directives: string;
  readonly selections: readonly Selection[] | null;
}

interface Fragment {
  readonly kind: "inline" | "named";
  readonly on: string;
  readonly directives: string;
  readonly selections: readonly Selection[];
}

/** Depth limit of operations. */
const DEPTH = 5;

const NAMES = ["a", "b", "name", "__typename", "edges", "runs", "id", "_", "x1"] as const;

const DEFER = "@defer";

const TAME_DIRECTIVES = ["@skip(if: true)", "@skip(if: false)", "@include(if: true)"] as const;
const WILD_DIRECTIVES = [
  ...["@include", '@skip(if: "yes")', "@skip(if: $v0)", "@unknown(a: 1)", "@defer", "@deprecated"],
  ...['@stream(initialCount: 1, label: "x")', "@include(if: true) @include(if: true)"],
  ...["@specifiedBy(url: 3)", "@skip(if: true) ".repeat(9)],
] as const;

/** Generates operations on all root fields with equal probability. */
export function operationsOf(schema: GraphQLSchema, isWild: boolean): fc.Arbitrary<Operation> {
  const fieldOf = createFields(schema, isWild);
  const ofType = (type: OperationTypeNode) => {
    const root = schema.getRootType(type);
    if (!root) throw new Error(`There must be a root type for ${type}.`);
    const field = fc.oneof(...Object.values(root.getFields()).map((each) => fieldOf(each, DEPTH)));
    const isOne = type === OperationTypeNode.SUBSCRIPTION && !isWild;
    return fc.record({
      type: fc.constant(type),
      name: maybe<string>(0.5, fc.constantFrom("A", "Q1", "_", "query")),
      isWild: fc.constant(isWild),
      selections: fc.array(field, { minLength: 1, maxLength: isOne ? 1 : 2 })
        // The field of a subscription must not be skipped or deferred.
        .map((all) => isOne ? all.map((each) => ({ ...atOnce(each), directives: "" })) : all),
    });
  };
  return fc.oneof(
    { weight: 6, arbitrary: ofType(OperationTypeNode.QUERY) },
    { weight: 3, arbitrary: ofType(OperationTypeNode.MUTATION) },
    { weight: 1, arbitrary: ofType(OperationTypeNode.SUBSCRIPTION) },
  );
}

/** Generators of fields with their selections, cached by depth. */
function createFields(schema: GraphQLSchema, isWild: boolean) {
  const made = new Map<string, fc.Arbitrary<readonly Selection[]>>();

  const { directives, fragmentDirectives } = createDirectives(schema, isWild);

  function selectionsOf(
    type: GraphQLNamedType,
    depth: number,
  ): fc.Arbitrary<readonly Selection[]> {
    const key = `${type.name} ${depth}`;
    const known = made.get(key);
    if (known) return known;
    const selections = makeSelections(type, depth);
    made.set(key, selections);
    return selections;
  }

  function makeSelections(
    type: GraphQLNamedType,
    depth: number,
  ): fc.Arbitrary<readonly Selection[]> {
    const fields = isObjectType(type) || isInterfaceType(type)
      ? Object.values(type.getFields()).filter((field) =>
        depth > 1 || isLeafType(getNamedType(field.type))
      )
      : [];
    const typename = fc.constant<Selection>(TYPENAME);
    const some = fields.length === 0
      ? typename
      : fc.oneof(...fields.map((field) => fieldOf(field, depth)));
    const selection = depth <= 1 ? some : fc.oneof(
      { weight: 20, arbitrary: some },
      { weight: isAbstractType(type) ? 20 : 2, arbitrary: fragmentOn(type, depth) },
      { weight: 1, arbitrary: typename },
      ...(isWild ? [{ weight: 1, arbitrary: wrongField }] : []),
    );
    // The number of fields grows with the number of choices.
    const more = isAbstractType(type)
      ? schema.getPossibleTypes(type).length / 2
      : fields.length / 8;
    const maxLength = depth <= 1 ? 3 : 3 + Math.floor(more);
    const selections = fc.array(selection, { minLength: 1, maxLength });
    if (isAbstractType(type)) return selections.map((all) => [TYPENAME, ...all]);
    // The id is selected, so that later operations can use it.
    if (!fields.some(({ name }) => name === "id")) return selections;
    return fc.tuple(fc.boolean(), selections).map(([isNamed, all]) =>
      isNamed ? [bare("id"), ...all] : all
    );
  }

  function fieldOf(field: GraphQLField<unknown, unknown>, depth: number): fc.Arbitrary<Field> {
    const type = getNamedType(field.type);
    return fc.record({
      kind: fc.constant("field" as const),
      alias: maybe<string>(isWild ? 0.15 : 0, fc.constantFrom(...NAMES)),
      name: fc.constant(field.name),
      args: fc.tuple(...field.args.map((argument) => argumentOf(schema, isWild, field, argument)))
        .map((all) => all.filter((argument) => argument !== null)),
      directives,
      selections: isLeafType(type) ? fc.constant(null) : selectionsOf(type, depth - 1),
    });
  }

  /** On the type itself or a possible type; rarely on an impossible one. */
  function fragmentOn(type: GraphQLNamedType, depth: number): fc.Arbitrary<Fragment> {
    const possible = isAbstractType(type) ? schema.getPossibleTypes(type) : [type];
    const query = schema.getQueryType();
    const others = isWild && query ? [query] : [];
    return fc.oneof(...[...possible, ...others].map((on) =>
      fc.record({
        kind: fc.constantFrom("inline" as const, "named" as const),
        on: fc.constant(on.name),
        directives: fragmentDirectives,
        selections: selectionsOf(on, depth - 1),
      })
    ));
  }

  return fieldOf;
}

/** Draws an argument of a field, or null where it is left out. */
function argumentOf(
  schema: GraphQLSchema,
  isWild: boolean,
  field: GraphQLField<unknown, unknown>,
  argument: GraphQLArgument,
) {
  const values = argumentValues({
    type: argument.type,
    sources: sourcesOf(schema, field, argument),
    isWild,
    depth: 3,
  });
  const name = fc.nat({ max: isWild ? 60 : 0 })
    .map((number) => number === 60 ? "unknownArgument" : argument.name);
  const isRequired = isNonNullType(argument.type) && argument.defaultValue === undefined;
  const likelihood = !isRequired ? 0.25 : isWild ? 0.95 : 1;
  return maybe(likelihood, fc.tuple(name, values));
}

/** Creates the directives of fields and of fragments. */
function createDirectives(schema: GraphQLSchema, isWild: boolean) {
  const directives = fc.oneof(
    { weight: 15, arbitrary: fc.constant("") },
    { weight: 1, arbitrary: fc.constantFrom(...TAME_DIRECTIVES) },
    ...(isWild ? [{ weight: 1, arbitrary: fc.constantFrom(...WILD_DIRECTIVES) }] : []),
  );

  // Only the fields of a root are never in a fragment, where a mutation may not defer.
  const fragmentDirectives = schema.getDirective("defer")
    ? fc.oneof(
      { weight: 6, arbitrary: directives },
      { weight: 2, arbitrary: fc.constantFrom(DEFER, DEFER, "@defer(if: false)") },
    )
    : directives;
  return { directives, fragmentDirectives };
}

/** Reports whether a part of the operation is deferred. */
export function defersSome({ selections }: Pick<Operation, "selections">): boolean {
  return selections.some((one) =>
    one.directives === DEFER || defersSome({ selections: one.selections ?? [] })
  );
}

/** Returns the selection without @defer, which subscriptions do not allow. */
function atOnce<T extends Selection>(one: T): T {
  return {
    ...one,
    directives: one.directives.startsWith("@defer") ? "" : one.directives,
    selections: one.selections?.map(atOnce) ?? null,
  };
}

const TYPENAME: Field = bare("__typename");

const wrongField: fc.Arbitrary<Field> = fc.record({
  kind: fc.constant("field" as const),
  alias: fc.constant(null),
  name: fc.constantFrom("nothing", "__schema", "__type", "id", "edges", "constructor", "__proto__"),
  args: fc.constant([]),
  directives: fc.constant(""),
  selections: fc.constantFrom<readonly Selection[] | null>(null, [bare("name")]),
});

function bare(name: string): Field {
  return { kind: "field", alias: null, name, args: [], directives: "", selections: null };
}
