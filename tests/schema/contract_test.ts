/** The schema holds what clients rely on (contract.graphql), shows it (schema.graphql) and explains it. */
import { assert, assertEquals, fail } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import {
  astFromValue,
  buildSchema,
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  parse,
  print,
  validate,
} from "graphql";
import { createApiSchema } from "../../resolvers/api_schema.ts";
import { printApiSchema, SCHEMA_FILE } from "../../tools/print_schema.ts";
import { EXAMPLES } from "../../web/graphiql/examples.ts";

const schema = createApiSchema();
const contract = buildSchema(await Deno.readTextFile(new URL("contract.graphql", import.meta.url)));

/** The types that a schema defines itself. */
function ownTypes(map: Readonly<Record<string, GraphQLNamedType>>): readonly GraphQLNamedType[] {
  return Object.values(map).filter((type) =>
    !type.name.startsWith("__") &&
    !["Int", "Float", "String", "Boolean", "ID"].includes(type.name)
  );
}

/** An argument or input field as SDL: 'first: Int = 20'. */
function show({ name, type, defaultValue }: GraphQLArgument | GraphQLInputField): string {
  const ast = astFromValue(defaultValue, type);
  return `${name}: ${type}${ast ? ` = ${print(ast)}` : ""}`;
}

/** A type's lines, each as SDL, that a client may rely on: what it has, what it asks for, what it is. */
function lines(type: GraphQLNamedType): readonly string[] {
  if (isEnumType(type)) return type.getValues().map((value) => value.name);
  if (isInputObjectType(type)) return Object.values(type.getFields()).map(show);
  if (!isObjectType(type) && !isInterfaceType(type)) return [];
  return [
    ...type.getInterfaces().map((each) => `implements ${each.name}`),
    ...Object.values(type.getFields()).flatMap((field) => [
      `${field.name}: ${field.type}`,
      ...field.args.map((argument) => `${field.name}(${show(argument)})`),
    ]),
  ];
}

describe("the schema", () => {
  for (const wanted of ownTypes(contract.getTypeMap())) {
    it(`holds the contract's ${wanted.name}`, () => {
      const type = schema.getType(wanted.name) ?? fail(`${wanted.name} is missing`);
      assertEquals(type.constructor.name, wanted.constructor.name);
      const have = lines(type);
      for (const line of lines(wanted)) {
        assert(have.includes(line), `${wanted.name} must have '${line}', has:\n${have.join("\n")}`);
      }
    });
  }

  it("asks for no argument that the contract does not name", () => {
    for (const wanted of ownTypes(contract.getTypeMap())) {
      const known = new Set(lines(wanted));
      const type = schema.getType(wanted.name);
      const asked = isInputObjectType(type)
        ? Object.values(type.getFields()).map((field) => ({ line: show(field), type: field.type }))
        : isObjectType(type) || isInterfaceType(type)
        // A field that is more than the contract holds may ask for what it needs.
        ? Object.values(type.getFields())
          .filter(({ name }) =>
            (isObjectType(wanted) || isInterfaceType(wanted)) && name in wanted.getFields()
          )
          .flatMap((field) =>
            field.args.map((argument) => ({
              line: `${field.name}(${show(argument)})`,
              type: argument.type,
            }))
          )
        : [];
      for (const { line, type } of asked) {
        assert(
          !String(type).endsWith("!") || known.has(line),
          `${wanted.name} must not ask for ${line}`,
        );
      }
    }
  });

  it("describes every type, field, argument and value", () => {
    const bare: string[] = [];
    const need = (path: string, description: string | null | undefined) => {
      if (!description?.trim()) bare.push(path);
    };
    for (const type of ownTypes(schema.getTypeMap())) {
      need(type.name, type.description);
      if (isEnumType(type)) {
        for (const value of type.getValues()) need(`${type.name}.${value.name}`, value.description);
      } else if (isInputObjectType(type)) {
        for (const field of Object.values(type.getFields())) {
          need(`${type.name}.${field.name}`, field.description);
        }
      } else if (isObjectType(type) || isInterfaceType(type)) {
        for (const field of Object.values(type.getFields())) {
          need(`${type.name}.${field.name}`, field.description);
          for (const argument of field.args) {
            need(`${type.name}.${field.name}(${argument.name}:)`, argument.description);
          }
        }
      }
    }
    assertEquals(bare, []);
  });

  it("is the one that schema.graphql shows", async () => {
    assertEquals(
      await Deno.readTextFile(SCHEMA_FILE),
      printApiSchema(),
      "schema.graphql is not up to date: run 'deno task schema'",
    );
  });

  it("takes every operation of the page", async () => {
    const queries = EXAMPLES.map((example) => example.query);
    const web = new URL("../../web/", import.meta.url);
    for await (const { name, isDirectory } of Deno.readDir(web)) {
      const file = new URL(`${name}/operations.ts`, web);
      if (!isDirectory || !await Deno.stat(file).catch(() => undefined)) continue;
      const operations: Readonly<Record<string, { query?: string }>> = await import(file.href);
      queries.push(...Object.values(operations).flatMap(({ query }) => query ?? []));
    }
    assert(queries.length > EXAMPLES.length);
    for (const query of queries) assertEquals(validate(schema, parse(query)), [], query);
  });

  it("has one file in resolvers/ for each root field", async () => {
    const fields = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]
      .flatMap((type) => Object.keys(type?.getFields() ?? {}))
      .filter((field) => field !== "node"); // The relay plugin's.
    const files: string[] = [];
    const root = new URL("../../resolvers/", import.meta.url);
    for await (const { name: folder, isDirectory } of Deno.readDir(root)) {
      if (!isDirectory) continue;
      for await (const { name } of Deno.readDir(new URL(folder, root))) files.push(name);
    }
    const expected = fields.map((field) =>
      `${field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}.ts`
    );
    assertEquals(files.sort(), expected.sort());
  });
});
