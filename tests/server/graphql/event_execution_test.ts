/** Execution of a subscription's events. */
import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import {
  GraphQLBoolean,
  GraphQLInt,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLSchema,
  parse,
} from "graphql";
import { createApiSchema } from "../../../resolvers/api_schema.ts";
import { executionOfEvents } from "../../../server/graphql/event_execution.ts";

const number = { type: new GraphQLNonNull(GraphQLInt) };
const event = new GraphQLObjectType<{ readonly number: number }>({
  name: "Event",
  fields: {
    number: {
      ...number,
      args: { times: { type: GraphQLInt, defaultValue: 1 } },
      resolve({ number }, { times }) {
        if (number < 0) throw new RangeError("number must not be negative.");
        return number * times;
      },
    },
    isEven: { type: GraphQLBoolean, resolve: ({ number }) => number % 2 === 0 },
  },
});

/** A schema whose subscription field must be given an argument. */
const schema = new GraphQLSchema({
  query: new GraphQLObjectType({ name: "Query", fields: { number } }),
  subscription: new GraphQLObjectType({
    name: "Subscription",
    fields: {
      events: {
        type: event,
        args: { after: number, every: { type: GraphQLInt } },
        resolve: (event) => event,
      },
      named: { type: event },
    },
  }),
});

/** Executes an event of number 3. */
function executed(
  text: string,
  variableValues?: Record<string, unknown>,
  operationName?: string,
) {
  const { variables, execute } = executionOfEvents({
    schema,
    document: parse(text),
    variableValues,
    operationName,
  });
  return { variables, result: JSON.parse(JSON.stringify(execute({ number: 3 }))) };
}

describe("executionOfEvents()", () => {
  it("executes an event without the arguments of its root field, and their variables", () => {
    const query = "subscription ($after: Int!) { events(after: $after, every: 2) { number } }";
    assertEquals(executed(query), { variables: [], result: { data: { events: { number: 3 } } } });
  });

  it("does so for a root field in fragments", () => {
    const named = "subscription ($after: Int!) { ...Events } " +
      "fragment Events on Subscription { events(after: $after) { ...Numbers } } " +
      "fragment Numbers on Event { number(times: 2) }";
    const inline =
      "subscription ($after: Int!) { ... on Subscription { events(after: $after) { number } } }";
    const none = { variables: [] };
    assertEquals(executed(named), { ...none, result: { data: { events: { number: 6 } } } });
    assertEquals(executed(inline), { ...none, result: { data: { events: { number: 3 } } } });
  });

  it("keeps aliases, and arguments and directives with their variables below the root field", () => {
    const query = "subscription ($after: Int!, $times: Int = 5, $even: Boolean!) { " +
      "all: events(after: $after) { __typename number(times: $times) isEven @include(if: $even) } }";
    const variables = ["even", "times"];
    assertEquals(executed(query, { after: 1, even: true }), {
      variables,
      result: { data: { all: { __typename: "Event", number: 15, isEven: false } } },
    });
    assertEquals(executed(query, { after: 1, even: false, times: 2 }), {
      variables,
      result: { data: { all: { __typename: "Event", number: 6 } } },
    });
  });

  it("keeps a directive's variable on the root field", () => {
    const query =
      "subscription ($after: Int!, $on: Boolean!) { events(after: $after) @skip(if: $on) { number } }";
    assertEquals(executed(query, { after: 1, on: true }), {
      variables: ["on"],
      result: { data: {} },
    });
  });

  it("leaves out the variables of other operations, though they have the same names", () => {
    const query = "query A { number } " +
      "subscription B($after: Int!) { events(after: $after) { number } } " +
      "subscription C($after: Int!) { events(after: 0) { number(times: $after) } }";
    assertEquals(executed(query, { after: 2 }, "B"), {
      variables: [],
      result: { data: { events: { number: 3 } } },
    });
    assertEquals(executed(query, { after: 2 }, "C"), {
      variables: ["after"],
      result: { data: { events: { number: 6 } } },
    });
  });

  it("gives an error its place in the client's document", () => {
    const document = parse("subscription ($after: Int!) {\n  events(after: $after) {\n number } }");
    const { execute } = executionOfEvents({ schema, document });
    const { data, errors } = JSON.parse(JSON.stringify(execute({ number: -1 })));
    assertEquals(data, { events: null });
    assertEquals(errors, [{
      message: "number must not be negative.",
      locations: [{ line: 3, column: 2 }],
      path: ["events", "number"],
    }]);
  });

  it("gives the error of a source that has ended with one", () => {
    const document = parse("subscription { events(after: 1) { number } }");
    const { execute } = executionOfEvents({ schema, document });
    const { data, errors } = JSON.parse(JSON.stringify(execute(new Error("The log is gone."))));
    assertEquals([data, errors[0].message], [{ events: null }, "The log is gone."]);
  });

  it("finds an event by the name of a field that has no resolver", () => {
    const document = parse("subscription { named { number } }");
    const { execute } = executionOfEvents({ schema, document });
    const result = JSON.parse(JSON.stringify(execute({ named: { number: 4 } })));
    assertEquals(result, { data: { named: { number: 4 } } });
  });

  it("leaves out nothing that the API's subscription fields need: they resolve to the event", () => {
    const fields = Object.entries(createApiSchema().getSubscriptionType()?.getFields() ?? {});
    assertEquals(fields.length > 0, true);
    for (const [name, { extensions }] of fields) {
      const { resolve } = extensions["pothosOptions"] as { resolve(event: object): unknown };
      const event = {};
      assertEquals(resolve(event) === event, true, `${name} must resolve to the event itself.`);
    }
  });
});
