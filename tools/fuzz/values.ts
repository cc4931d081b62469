/** Generates values of arguments: usual, unusual and invalid ones. */
import fc from "fast-check";
import {
  getNamedType,
  getNullableType,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLNamedInputType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
} from "graphql";

/** A value that is not printed yet. */
export type Value =
  | { readonly kind: "json"; readonly json: string | number | boolean | null }
  | { readonly kind: "enum"; readonly name: string }
  | { readonly kind: "list"; readonly items: readonly Value[] }
  | { readonly kind: "object"; readonly fields: readonly (readonly [string, Value])[] }
  /** A value of these fields in an earlier result (pool.ts), or a fallback if there is none. */
  | {
    readonly kind: "known";
    readonly sources: readonly string[];
    readonly nth: number;
    readonly otherwise: Value;
  }
  /** A variable of a type, whose value is sent with the document or is its default. */
  | {
    readonly kind: "variable";
    readonly type: string;
    readonly isDefault: boolean;
    readonly value: Value;
  }
  /** A value in a document and in JSON, which may differ. */
  | { readonly kind: "junk"; readonly literal: string; readonly json: unknown };

/** Constraints of a value. */
export interface ValueOptions {
  readonly type: GraphQLInputType;
  /** Fields of results with such values. */
  readonly sources: readonly string[];
  /** Allows values that do not fit their type. */
  readonly isWild: boolean;
  /** Nesting limit of objects; required ones are nested in any case. */
  readonly depth: number;
}

/** Texts that often break programs. */
const ODD_TEXTS: readonly string[] = [
  ...["", " ", "\0", "a\0b", "\ud800", "\udfff\ud800", "\u202eabc\u2066", "\ufeff", "\u2028"],
  ...["👩‍👩‍👧‍👦".repeat(20), "Z̸̢̛̩a̷̧l̵̨g̴o̶", "ﷺ".repeat(60), "İıſß", "\r\n\t\x1b[2J"],
  ...["'; DROP TABLE runs; --", '" OR 1=1', "%_\\", "(?:a+)+$", "${7*7}{{7*7}}%s%n", "{error}"],
  ...["../../../../etc/passwd", "__proto__", "constructor", "toString", "null", "undefined"],
  ...["NaN", "-1", "1e309", "0x10", "١٢٣", "x".repeat(5000), "é".repeat(256)],
  ...["data:image/png;base64,", "data:image/png;base64,iVBORw0KGgo=", "data:image/png,\0"],
  ...["UnVuOg==", "UnVuOmFiYw==", "UnVuOgA=", "U2FtcGxlOi0x", "VW5rbm93bjox", "cnVuczox", "===="],
];

const ODD_NUMBERS: readonly number[] = [
  ...[0, -0, -1, 10, 200, 201, 1000, 1001, 2 ** 31 - 1, 2 ** 31, -(2 ** 31), -(2 ** 31) - 1],
  ...[2 ** 32, 2 ** 53, -(2 ** 53), 1e300, -1e300, 5e-324, 0.1, 1.5, 1 - 2 ** -53],
];

const ODD_INTS = ODD_NUMBERS.filter((number) =>
  Number.isInteger(number) && Math.abs(number) < 2 ** 31
);

/** Values that most types reject. */
const JUNK: readonly Value[] = [
  ...([
    ["99999999999999999999999999", 99999999999999999999999999],
    ["1e400", 1e308],
    ["-0.0e-0", -0],
    ["{}", {}],
    ["[]", []],
    ["[[[[[[null]]]]]]", [[[[[[null]]]]]]],
    ["[".repeat(100) + "]".repeat(100), nested(100)],
    ['{ __proto__: 1, constructor: { prototype: "x" } }', { constructor: 1 }],
    ['"""\n  block \\""" text\n"""', "block"],
    ["UNKNOWN_VALUE", "UNKNOWN_VALUE"],
    ["true", true],
    ["null", null],
    ["$undefined", "$undefined"],
    ['"\\u{10FFFF}\\u{D800}"', "\ud800"],
  ] as const).map(([literal, json]): Value => ({ kind: "junk", literal, json })),
];

/** Generates any text. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...ODD_TEXTS),
  fc.string({ unit: "binary", maxLength: 50 }),
  fc.string({ unit: "grapheme", maxLength: 20 }),
  fc.base64String({ maxLength: 40 }),
);

const wellFormedText = anyText.map((text) => text.toWellFormed());

const word = fc.string({ unit: fc.constantFrom(..."abcxyz"), minLength: 1, maxLength: 8 });

/** Generates values for an argument of a type. */
export function argumentValues(options: ValueOptions): fc.Arbitrary<Value> {
  const value = valuesOf(options);
  const types = options.isWild ? ["Int", "[ID!]", "Run", "Nope!"] : [];
  const variable = fc.record({
    kind: fc.constant("variable" as const),
    type: fc.oneof(
      { weight: 10, arbitrary: fc.constant(String(options.type)) },
      ...types.map((type) => ({ weight: 1, arbitrary: fc.constant(type) })),
    ),
    isDefault: fc.nat({ max: 5 }).map((number) => number === 0),
    value,
  });
  return fc.oneof({ weight: 2, arbitrary: value }, { weight: 1, arbitrary: variable });
}

function valuesOf(options: ValueOptions): fc.Arbitrary<Value> {
  const { type, isWild } = options;
  if (isNonNullType(type)) return valuesOf({ ...options, type: type.ofType });
  const wild = isWild
    ? [
      { weight: 2, arbitrary: fc.constantFrom(...JUNK) },
      { weight: 1, arbitrary: anyText.map(ofJson) },
    ]
    : [];
  return fc.oneof({ weight: 16, arbitrary: fitting(options) }, ...wild);
}

/** Generates values of a type, mostly usual ones. */
function fitting(options: ValueOptions): fc.Arbitrary<Value> {
  const { type, sources, isWild, depth } = options;
  if (isListType(type)) {
    const item = valuesOf({ ...options, type: type.ofType });
    const items = known(sources, fc.array(item, { maxLength: 3 }).map(ofList));
    const pixels = item.map((each) => ofList(Array.from({ length: 784 }, () => each)));
    return fc.oneof(
      { weight: 10, arbitrary: items },
      { weight: 1, arbitrary: item },
      ...(isLeafType(getNullableType(type.ofType)) ? [{ weight: 1, arbitrary: pixels }] : []),
    );
  }
  if (isEnumType(type)) {
    const names = type.getValues().map(({ name }): Value => ({ kind: "enum", name }));
    return fc.constantFrom(...names);
  }
  if (isInputObjectType(type) && type.isOneOf) return members(type, options);
  if (isInputObjectType(type)) {
    const all = Object.values(type.getFields());
    const fields = all.filter(({ type }) => depth > 0 || isNonNullType(type)).map((field) => {
      const likelihood = !isNonNullType(field.type) ? 0.4 : isWild ? 0.95 : 1;
      // An object's texts are its own: no answer's field is named after them.
      const inside = { ...options, type: field.type, sources: [], depth: depth - 1 };
      return maybe(likelihood, fc.tuple(fc.constant(field.name), valuesOf(inside)));
    });
    return fc.tuple(...fields).map((pairs) => ({
      kind: "object",
      fields: pairs.filter((pair) => pair !== null),
    }));
  }
  switch (type.name) {
    case "Int":
      return usually(
        fc.oneof(
          { weight: 5, arbitrary: fc.integer({ min: 1, max: 4 }) },
          { weight: 1, arbitrary: fc.integer({ min: 5, max: 60 }) },
        ),
        fc.oneof(fc.constantFrom(...ODD_INTS), fc.integer()),
      ).map(ofJson);
    case "Float":
      return usually(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.oneof(fc.constantFrom(...ODD_NUMBERS), fc.double({ noNaN: true })),
      ).map((number) => ofJson(Number.isFinite(number) ? number : 1e308));
    case "Boolean":
      return fc.boolean().map(ofJson);
    default:
      return fc.oneof(
        { weight: 12, arbitrary: known(sources, word.map(ofJson)) },
        // A document cannot hold half a sign.
        { weight: 1, arbitrary: (isWild ? anyText : wellFormedText).map(ofJson) },
      );
  }
}

/** Generates values of a @oneOf type: one member, and now and then another number of them. */
function members(type: GraphQLInputObjectType, options: ValueOptions): fc.Arbitrary<Value> {
  const { isWild, depth } = options;
  const all = Object.values(type.getFields());
  // At the end of the depth only members remain that need nothing inside.
  const fields = all.filter((field) => depth > 0 || !needsMore(getNamedType(field.type)))
    .map((field) =>
      valuesOf({ ...options, type: field.type, sources: [], depth: depth - 1 })
        .map((value) => [field.name, value] as const)
    );
  if (fields.length === 0) return fc.constant({ kind: "object", fields: [] });
  const member = fc.oneof(...fields);
  const pairs = isWild
    ? fc.oneof(
      { weight: 12, arbitrary: fc.tuple(member) },
      { weight: 1, arbitrary: fc.array(member, { maxLength: 3 }) },
    )
    : fc.tuple(member);
  return pairs.map((fields) => ({ kind: "object", fields: [...fields] }));
}

/** Tells whether a value of a type must hold other objects. */
function needsMore(type: GraphQLNamedInputType): boolean {
  return isInputObjectType(type) &&
    (type.isOneOf ||
      Object.values(type.getFields()).some(({ type }) =>
        isNonNullType(type) && isInputObjectType(getNamedType(type))
      ));
}

/** Draws from values of earlier results, if there are any. */
function known(sources: readonly string[], otherwise: fc.Arbitrary<Value>): fc.Arbitrary<Value> {
  if (sources.length === 0) return otherwise;
  return fc.record({
    kind: fc.constant("known" as const),
    sources: fc.constant(sources),
    // Newer ones are more likely to exist.
    nth: fc.oneof(fc.nat({ max: 5 }), fc.nat({ max: 100 })),
    otherwise,
  });
}

function usually<Thing>(
  usual: fc.Arbitrary<Thing>,
  odd: fc.Arbitrary<Thing>,
): fc.Arbitrary<Thing> {
  return fc.oneof({ weight: 12, arbitrary: usual }, { weight: 1, arbitrary: odd });
}

/** Generates a value with a probability, else null. */
export function maybe<Thing>(
  likelihood: number,
  thing: fc.Arbitrary<Thing>,
): fc.Arbitrary<Thing | null> {
  return fc.oneof(
    { weight: Math.round((1 - likelihood) * 100), arbitrary: fc.constant(null) },
    { weight: Math.round(likelihood * 100), arbitrary: thing },
  );
}

function ofJson(json: string | number | boolean | null): Value {
  return { kind: "json", json };
}

function ofList(items: readonly Value[]): Value {
  return { kind: "list", items };
}

function nested(depth: number): unknown {
  let value: unknown = [];
  for (let level = 1; level < depth; level++) value = [value];
  return value;
}
