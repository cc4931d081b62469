/**
 * Lints an SDL file with GraphQL-ESLint: `lint.ts FILE`. It has a deno.json of its own, so that ESLint and all that
 * comes with it are not among the packages that a first start of the server fetches.
 */
import plugin from "@graphql-eslint/eslint-plugin";
import { Linter } from "eslint";

/** Rules that are off, and why. All others of the plugin's for schemas are on. */
const OFF = {
  alphabetize: "printSchema() sorts; this rule has another opinion of capitals",
  "input-name": "the contract's mutations on a run take its id, cancelTraining(runId:)",
  "no-root-type": "there are mutations and subscriptions",
  "require-deprecation-date": "@deprecated has no such argument; a reason says when",
  "require-field-of-type-query-in-mutation-result":
    "a payload holds what has changed; clients' caches find it by its id",
  "require-nullable-result-in-root":
    "the contract's root fields are non-null where they have an answer",
  "strict-id-in-types":
    "only what can be loaded again, a Node, has an id; an event has runId and seq",
} as const;

/** Options that are not the plugin's own. */
const OPTIONS = {
  "require-description": [
    "error",
    {
      types: true,
      rootField: true,
      DirectiveDefinition: true,
      EnumValueDefinition: true,
      FieldDefinition: true,
      InputValueDefinition: true,
    },
  ],
  // Pages go forward: there is 'first' and 'after', and no 'last' and 'before'.
  "relay-arguments": ["error", { includeBoth: false }],
  // A list without pages, such as a run's epochs, is a list of the things themselves.
  "relay-edge-types": ["error", { listTypeCanWrapOnlyEdgeType: false }],
} as const satisfies Linter.RulesRecord;

const RULES: Linter.RulesRecord = {
  ...plugin.configs["flat/schema-recommended"].rules,
  ...plugin.configs["flat/schema-all"].rules,
  ...plugin.configs["flat/schema-relay"].rules,
  ...named(OPTIONS),
  ...named(Object.fromEntries(Object.keys(OFF).map((rule) => [rule, "off"]))),
};

/** Lists the problems of a schema, one per line. */
function lint(sdl: string, file: string): string[] {
  const messages = new Linter().verify(
    sdl,
    [{
      files: ["**/*.graphql"],
      plugins: {
        "@graphql-eslint": plugin as unknown as NonNullable<Linter.Config["plugins"]>[""],
      },
      languageOptions: {
        parser: plugin.parser as Linter.Parser,
        parserOptions: { graphQLConfig: { schema: sdl } },
      },
      rules: RULES,
    }],
    "schema.graphql",
  );
  return messages.map(({ line, column, message, ruleId }) =>
    `${file}:${line}:${column} ${message.replaceAll(/\s*\n\s*/g, " ")} (${ruleId ?? "no rule"})`
  );
}

function named(rules: Linter.RulesRecord): Linter.RulesRecord {
  return Object.fromEntries(
    Object.entries(rules).map(([rule, entry]) => [`@graphql-eslint/${rule}`, entry]),
  );
}

const [file] = Deno.args;
if (file === undefined) {
  console.error("Cannot lint a schema: there must be an argument, the path of a .graphql file.");
  Deno.exit(2);
}
const problems = lint(await Deno.readTextFile(file), file);
for (const problem of problems) console.error(problem);
console.log(`${file} is linted by ${Object.keys(RULES).length - Object.keys(OFF).length} rules`);
if (problems.length > 0) Deno.exit(1);
