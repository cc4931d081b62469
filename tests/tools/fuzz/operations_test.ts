/** The fuzzer's operations follow from any schema, and are valid where they are meant to be. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import { buildSchema, isObjectType, parse, specifiedRules, validate } from "graphql";
import { deferWhereItServes } from "../../../server/graphql/limits/defer_rules.ts";
import { createApiSchema } from "../../../resolvers/api_schema.ts";
import { operationsOf } from "../../../tools/fuzz/documents.ts";
import { createPool, sourcesOf } from "../../../tools/fuzz/pool.ts";
import { write } from "../../../tools/fuzz/write.ts";
import { forAll } from "../../support/for_all.ts";

const SMALL = buildSchema(`
  type Query { fresh(kind: Kind, at: Place!, many: [[Float!]]): Thing! }
  union Thing = One | Other
  interface Named { name: String }
  type One implements Named { name: String other: Other }
  type Other { name: Int! named: [Named!]! }
  enum Kind { A B }
  input Place { x: Int! inner: Place }
  type Mutation { change(id: ID!): One }
  type Subscription { changes(after: String = "x"): Other! }
`);

describe("tame operations", () => {
  for (
    const [what, schema] of [["the API's schema", createApiSchema()], ["another", SMALL]] as const
  ) {
    it(`are valid by ${what}`, () => {
      const pool = createPool();
      forAll([operationsOf(schema, false)], (operation) => {
        const { query } = write(operation, pool);
        const rules = [...specifiedRules, deferWhereItServes];
        assertEquals(validate(schema, parse(query), rules), [], query);
      }, { numRuns: 1000 });
    });
  }

  it("use everything in a schema, before any response has named it", () => {
    const sent = fc.sample(operationsOf(SMALL, false), { seed: 1, numRuns: 500 })
      .map((operation) => write(operation, createPool()));
    const all = JSON.stringify(sent);
    for (
      const name of ["fresh", "kind: A", "many:", "inner:", "on One", "on Other", "name", "named"]
    ) {
      assert(all.includes(name), name);
    }
    for (const type of ["query", "mutation", "subscription"]) {
      assert(sent.some(({ query }) => query.startsWith(type)), type);
    }
    assert(sent.some(({ variables }) => Object.hasOwn(Object(variables.v0), "x")));
  });

  it("use values of earlier responses", () => {
    const schema = createApiSchema();
    const pool = createPool();
    pool.note("Run.id", "a-run");
    pool.note("Sample.pixels", [1, 2, 3]);
    const all = fc.sample(operationsOf(schema, false), { seed: 1, numRuns: 500 })
      .map((operation) => JSON.stringify(write(operation, pool))).join("\n");
    assertMatch(all, /cancelTraining\(runId: \\"a-run\\"\)/);
    assertMatch(all, /pixels: \[1,2,3\]/);
  });

  it("defer fragments if the schema has @defer", () => {
    const all = fc.sample(operationsOf(createApiSchema(), false), { seed: 1, numRuns: 500 })
      .map((operation) => write(operation, createPool()).query);
    for (const part of [/\.\.\. on \w+ @defer /, /\.\.\.F\d+ @defer /]) {
      assert(all.some((query) => query.startsWith("query") && part.test(query)));
      assert(all.some((query) => query.startsWith("mutation") && part.test(query)));
    }
    const small = fc.sample(operationsOf(SMALL, false), { seed: 1, numRuns: 500 });
    assert(small.every((operation) => !write(operation, createPool()).query.includes("@defer")));
  });
});

describe("sourcesOf()", () => {
  const schema = createApiSchema();
  const sources = (type: string, field: string, name: string) => {
    const owner = schema.getType(type);
    const found = isObjectType(owner) ? owner.getFields()[field] : undefined;
    const argument = found?.args.find((each) => each.name === name);
    if (!found || !argument) throw new Error(`There must be ${type}.${field}(${name}).`);
    return sourcesOf(schema, found, argument);
  };

  it("finds the fields with an argument's values by the schema's own names", () => {
    assertEquals(sources("Query", "run", "id"), ["Run.id"]);
    assertEquals(sources("Query", "node", "id"), ["Run.id", "Sample.id"]);
    assertEquals(sources("Query", "runs", "after"), ["RunEdge.cursor"]);
    assertEquals(sources("Query", "samples", "after"), ["SampleEdge.cursor"]);
    assertEquals(sources("Query", "runs", "tag"), ["Tag.name"]);
    assertEquals(sources("Query", "predict", "pixels"), ["Sample.pixels"]);
    assert(sources("Mutation", "pauseTraining", "runId").includes("Run.id"));
    assert(sources("Query", "predict", "checkpoint").includes("Checkpoint.file"));
    assert(sources("Query", "predict", "checkpoint").includes("Checkpoint.name"));
  });
});
