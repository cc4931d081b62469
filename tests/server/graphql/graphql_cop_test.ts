/**
 * The thirteen checks of graphql-cop (github.com/dolevf/graphql-cop, 'lib/tests'), sent as it sends them and judged as
 * it judges them: none may find anything but introspection, and not even that where it is off.
 */
import { assertEquals, assertMatch, assertNotMatch } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { createStaticFiles } from "../../../server/http/static_files.ts";
import { buildPage } from "../../../web/build/build_page.ts";
import { readManifest } from "../../../server/http/page_manifest.ts";
import { assertFails } from "../../support/errors.ts";
import { assertRefused } from "../../support/http.ts";
import { startServer } from "../../support/start_server.ts";

/** An answer as Python sees it: what is no JSON, or not there, finds nothing. */
// deno-lint-ignore no-explicit-any
type Answer = any;

/** Requests of the checks. */
interface Prober {
  /** A POST with JSON, as graph_query() makes it. */
  query(payload: string): Promise<Answer>;
  batch(payload: string, count: number): Promise<Answer>;
  /** A GET with the query in the URL, as request() makes it. */
  get(query: string): Promise<Answer>;
  /** A POST of a form. */
  form(query: string): Promise<Answer>;
  /** The page for a browser. */
  page(): Promise<string>;
}

const repeated = (count: number, text: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => text(at)).join("\n");

/** Each check by its title: whether it finds something. */
const CHECKS: Readonly<Record<string, (prober: Prober) => Promise<boolean>>> = {
  "Field Suggestions": async ({ query }) => {
    const { errors } = await query("query cop { __schema { directive } }");
    return String(errors?.[0]?.message).includes("Did you mean");
  },
  "Introspection": async ({ query }) => {
    const { data } = await query("query cop { __schema { types { name fields { name } } } }");
    return Boolean(data?.__schema?.types);
  },
  "GraphQL IDE": async ({ page }) => {
    const text = await page();
    return ["graphiql.min.css", "GraphQL Playground", "GraphiQL", "graphql-playground"]
      .some((word) => text.includes(word));
  },
  "GET Method Query Support": async ({ get }) =>
    Boolean((await get("query cop {__typename}")).data?.__typename),
  "Alias Overloading": async ({ query }) => {
    const aliases = repeated(101, (at) => `alias${at}:__typename `);
    return Boolean((await query(`query cop { ${aliases} }`)).data?.alias100);
  },
  "Array-based Query Batching": async ({ batch }) => {
    const answer = await batch("query cop { __typename }", 10);
    return (Array.isArray(answer) ? answer : Object.keys(answer)).length >= 10;
  },
  "Field Duplication": async ({ query }) => {
    const fields = repeated(500, () => "__typename ");
    return Boolean((await query(`query cop { ${fields}} `)).data?.__typename);
  },
  "Directive Overloading": async ({ query }) => {
    const { errors } = await query("query cop { __typename @aa@aa@aa@aa@aa@aa@aa@aa@aa@aa }");
    return errors?.length === 10;
  },
  "Trace Mode": async ({ query }) => {
    const answer = await query("query cop { __typename }");
    return Boolean(answer.errors?.[0]?.extensions?.tracing) ||
      JSON.stringify(answer).toLowerCase().includes('"extensions":{"tracing":');
  },
  "Introspection-based Circular Query": async ({ query }) => {
    const { data } = await query(
      "query cop { __schema { types { fields { type { fields { type { fields { type { fields { type { name } } } } } } } } } } }",
    );
    return data?.__schema?.types?.length > 25;
  },
  "Mutation is allowed over GET (possible CSRF)": async ({ get }) =>
    Boolean((await get("mutation cop {__typename}")).data?.__typename),
  "POST based url-encoded query (possible CSRF)": async ({ form }) =>
    Boolean((await form("query cop { __typename }")).data?.__typename),
  "Unhandled Errors Detection": async ({ query }) => {
    const answer = await query("qwerty cop { abc }");
    return Boolean(answer.errors?.[0]?.extensions?.exception) ||
      JSON.stringify(answer).toLowerCase().includes('"extensions":{"exception":');
  },
};

function probe(origin: string): Prober {
  const url = `${origin}/graphql`;
  // What Python's requests sends of itself.
  const headers = { accept: "*/*", "user-agent": "python-requests/2.32.3" };
  const send = async (input: string, init: RequestInit): Promise<Answer> =>
    await (await fetch(input, init)).json();
  const json = (body: unknown) =>
    send(url, {
      method: "POST",
      headers: { ...headers, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  return {
    query: (query) => json({ query, operationName: "cop" }),
    batch: (query, count) => json(Array(count).fill({ query })),
    get: (query) => send(`${url}?${new URLSearchParams({ query })}`, { headers }),
    form: (query) => send(url, { method: "POST", headers, body: new URLSearchParams({ query }) }),
    page: async () =>
      await (await fetch(url, { headers: { ...headers, accept: "text/html" } })).text(),
  };
}

describe("graphql-cop", () => {
  const findings = async (introspection: boolean) => {
    await buildPage();
    await using server = await startServer({
      limits: { introspection },
      staticFiles: createStaticFiles(
        new URL("../../../static/assets/", import.meta.url),
        readManifest,
      ),
    });
    const prober = probe(server.origin);
    // What it says of a server that it can ask nothing, would say nothing.
    assertEquals(await prober.query("query cop { __typename }"), { data: { __typename: "Query" } });
    assertMatch(await prober.page(), /<title>epochql<\/title>/);
    const found = [];
    for (const [title, check] of Object.entries(CHECKS)) {
      if (await check(prober)) found.push(title);
    }
    return found;
  };

  it("has thirteen checks", () => assertEquals(Object.keys(CHECKS).length, 13));

  it("finds introspection, and nothing else", async () => {
    assertEquals(await findings(true), ["Introspection"]);
  });

  it("finds nothing where introspection is off", async () => {
    assertEquals(await findings(false), []);
  });
});

describe("introspection that is off", () => {
  it("is refused to every client, and names are not guessed", async () => {
    await using server = await startServer({ limits: { introspection: false } });
    const queries = [
      "{ __schema { queryType { name } } }",
      '{ a: __type(name: "Run") { name } }',
      "{ ...F } fragment F on Query { __schema { queryType { name } } }",
    ];
    const message = "Cannot answer: introspection is off on this server.";
    for (const query of queries) {
      await assertRefused(server.post({ query }), { code: "FORBIDDEN", message });
    }
    assertEquals(await server.ask("{ __typename }"), { __typename: "Query" });
    const slips: readonly [string, Record<string, unknown>?][] = [
      ["{ run }"],
      ["{ rums { totalCount } }"],
      ["{ runs(frist: 1) { totalCount } }"],
      ["{ runs(state: RUNING) { totalCount } }"],
      ["query($s: RunState) { runs(state: $s) { totalCount } }", { s: "RUNING" }],
      ["query($i: StartTrainingInput) { __typename }", { i: { epoch: 1 } }],
      ["{ runs { ... on RunConection { totalCount } } }"],
    ];
    for (const [query, variables] of slips) {
      const answer = await (await server.post({ query, variables })).text();
      assertMatch(answer, /"errors"/, query);
      assertNotMatch(answer, /Did you mean/, query);
    }
    await using helpful = await startServer();
    await assertFails(helpful.ask("{ rums { totalCount } }"), /Did you mean/);
  });
});
