/** Generates invalid and oversized documents. */
import fc from "fast-check";
import { getIntrospectionQuery } from "graphql";
import { anyText } from "./values.ts";

const TOKENS = [
  ...'{}()[]!:=@$|&.#,\\"',
  ...["...", "query", "mutation", "subscription", "fragment", "on", "null", "true", "$v0", '"""'],
  ...["runs", "run", "id", "epochs", "1", "-1", "1e999", "0x1", '"', "\0", "\ufeff", "\ud800", "é"],
];

/** Replaces one place of a text. */
export const damages: fc.Arbitrary<(text: string) => string> = fc.tuple(
  fc.nat(),
  fc.nat({ max: 3 }),
  fc.oneof(anyText, fc.constantFrom(...TOKENS)),
).map(([place, lost, other]) => (text) => {
  const at = place % (text.length + 1);
  return text.slice(0, at) + other + text.slice(at + lost);
});

const many = (count: number, write: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => write(at)).join(" ");

/** Documents that reach or exceed a limit. */
const LARGE: readonly ((size: number) => string)[] = [
  (size) => `{ ${many(size, (at) => `a${at}: __typename`)} }`,
  (size) => `{ ${many(size, () => "__typename")} }`,
  (size) => `${"{ ... ".repeat(size)}{ __typename }${" }".repeat(size)}`,
  (size) => `{ runs { nodes ${"{ events { runId } }".repeat(size)} } }`,
  (size) => `{ __typename ${"@skip(if: false) ".repeat(size)}}`,
  (size) => `{ __type(name: ${"[".repeat(size)}${"]".repeat(size)}) { name } }`,
  (size) => `query($v: ${"[".repeat(size)}Int${"]".repeat(size)}) { __typename }`,
  (size) => `{ __typename } #${"x".repeat(size * 10)}`,
  (size) => `{ a: __typename ${"\n".repeat(size)} a: runs { totalCount } }`,
  (size) => `query(${many(size, (at) => `$v${at}: Int = ${at}`)}) { __typename }`,
  (size) =>
    `${many(size, (at) => `fragment F${at} on Query { ...F${at + 1} }`)} ` +
    `fragment F${size} on Query { __typename } { ...F0 }`,
  (size) =>
    `fragment F0 on Query { __typename } { ...F${Math.min(size, 60)} } ` +
    many(Math.min(size, 60), (at) => `fragment F${at + 1} on Query { ...F${at} ...F${at} }`),
  (size) => `${many(size, (at) => `query Q${at} { __typename }`)}`,
  (size) => `{ run(id: "${"é".repeat(size)}") { id } }`,
  (size) => `{ runs(first: ${"9".repeat(size)}) { totalCount } }`,
  (size) => `{ runs(search: """${"a ".repeat(size)}""") { totalCount } }`,
  (size) => {
    const levels = size % 12;
    return `{ __schema { types { ${"fields { type { ".repeat(levels)}name${
      " } }".repeat(levels)
    } } } }`;
  },
  (size) =>
    `mutation { ${many(size, (at) => `a${at}: cancelTraining(runId: "x") { run { id } }`)} }`,
  (size) => `{ samples(first: ${size}) { nodes { pixels image } picture { svg } } }`,
  (size) => `{ runs(first: 200) { nodes { events(first: ${size}) { seq } } } }`,
];

/** Documents that break rules of the language. */
const CROOKED: readonly string[] = [
  "fragment A on Query { ...B } fragment B on Query { ...A } { ...A }",
  "fragment A on Query { ...A } { ...A }",
  "fragment A on Query { __typename }",
  "query A { __typename } query A { __typename }",
  "{ __typename } { __typename }",
  "type Query { a: Int } schema { query: Query } extend type Run { b: Int }",
  "subscription { epochs { number } runStates { id } __typename }",
  "subscription { __typename }",
  "subscription { ...F } fragment F on Subscription { a: runStates { id } b: runStates { id } }",
  "mutation { __typename }",
  "{}",
  "{ }{",
  "query",
  "#",
  "{ __type { name } }",
  '{ __type(name: "\\ud83d\\ude00") { name } }',
  '{ __type(name: "Run") { fields { name args { defaultValue } isDeprecated } } }',
  getIntrospectionQuery(),
  getIntrospectionQuery({ inputValueDeprecation: true, specifiedByUrl: true, oneOf: true }),
];

/** Documents of random text. */
export const anyDocument: fc.Arbitrary<string> = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.tuple(
      fc.oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 3000 })),
      fc.constantFrom(...LARGE),
    ).map(([size, write]) => write(size)),
  },
  { weight: 1, arbitrary: fc.constantFrom(...CROOKED) },
  { weight: 1, arbitrary: fc.array(fc.constantFrom(...TOKENS)).map((all) => all.join(" ")) },
  { weight: 1, arbitrary: anyText },
);
