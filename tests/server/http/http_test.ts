/** GraphQL over HTTP: results, refusals and their form. */
import { assert, assertEquals, assertMatch, assertNotMatch, fail } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { serverAudits } from "graphql-http";
import { errorOf, post } from "../../support/http.ts";
import { startServer, useServer } from "../../support/start_server.ts";

describe("GraphQL over HTTP", () => {
  const server = useServer();

  it("answers a query by POST and by GET", async () => {
    const query = "{ datasets { name trainSize } }";
    const expected = { data: { datasets: [{ name: "mnist", trainSize: 60_000 }] } };
    const posted = await (await post(server.origin, { query })).json();
    assertEquals(posted.data.datasets[0], expected.data.datasets[0]);
    const url = `${server.origin}/graphql?query=${encodeURIComponent(query)}`;
    const got = await fetch(url, { headers: { accept: "application/json" } });
    assertEquals(await got.json(), posted);
    // An <img> or a <script> of any page can ask so.
    const { message } = await errorOf(await fetch(url));
    assertMatch(message, /^Cannot answer a GET: its accept must name .*, got '\*\/\*'\.$/);
  });

  it("stores a run before it responds", async () => {
    const { startTraining: { run } } = await server.ask(
      "mutation { startTraining(input: { epochs: 2 }) { run { id state } } }",
    );
    assertEquals(run.state, "QUEUED");
    const { runs } = await server.ask("{ runs { nodes { id } } }");
    assertEquals(runs.nodes, [{ id: run.id }]);
  });

  it("trains on the configured device if none is requested", async () => {
    await using server = await startServer({ device: "CPU" });
    const { startTraining: { run } } = await server.ask(
      "mutation { startTraining { run { requestedDevice } } }",
    );
    assertEquals(run, { requestedDevice: "CPU" });
  });

  for (const audit of serverAudits({ url: () => `${server.origin}/graphql` })) {
    it(`passes the audit '${audit.name}'`, async () => {
      const result = await audit.fn();
      if (result.status !== "ok") fail(`${result.status}: ${result.reason}`);
    });
  }

  it("gives every refusal a code of the project's list", async () => {
    const cases: [unknown, string][] = [
      [{ query: "{ nothing }" }, "BAD_USER_INPUT"],
      [{ query: "{ runs(" }, "BAD_USER_INPUT"],
      [{ query: "query A { __typename } query B { __typename }" }, "BAD_USER_INPUT"],
      [{ query: "{ __typename }", variables: 3 }, "BAD_USER_INPUT"],
      [{ query: "query($id: ID!) { run(id: $id) { id } }" }, "BAD_USER_INPUT"],
      [{ query: '{ run(id: "nonsense") { id } }' }, "BAD_USER_INPUT"],
      [
        { query: "mutation { startTraining(input: { epochs: 0 }) { run { id } } }" },
        "BAD_USER_INPUT",
      ],
      [[], "BAD_USER_INPUT"],
      [null, "BAD_USER_INPUT"],
      ["text", "BAD_USER_INPUT"],
    ];
    for (const [body, code] of cases) {
      const response = await post(server.origin, body);
      assert(response.status < 500, `${response.status} for ${JSON.stringify(body)}`);
      assertEquals((await errorOf(response)).code, code, JSON.stringify(body));
    }
  });

  it("refuses a document that is nested too deeply to be parsed", async () => {
    const depth = 1900;
    const query = `{ runs(tag: ${"[".repeat(depth)}${"]".repeat(depth)}) { totalCount } }`;
    const response = await post(server.origin, { query });
    assert(response.status < 500, String(response.status));
    const { errors: [error] } = await response.json();
    assertEquals(error.extensions.code, "BAD_USER_INPUT");
  });

  it("refuses a subscription whose root field is conditional", async () => {
    const conditions = [
      "subscription { epochs @skip(if: true) { number } }",
      "subscription { ... @include(if: false) { epochs { number } } }",
      "subscription { ...F } fragment F on Subscription { epochs @skip(if: true) { number } }",
    ];
    for (const query of conditions) {
      const error = await errorOf(await post(server.origin, { query }));
      assertEquals(error.code, "BAD_USER_INPUT", query);
      assertMatch(error.message, /^Cannot subscribe: the root field .* must be there in any case/);
    }
  });

  it("refuses variables in a URL that are not JSON", async () => {
    const response = await fetch(`${server.origin}/graphql?query={__typename}&variables={`, {
      headers: { accept: "application/graphql-response+json" },
    });
    assertEquals(response.status, 400);
    const { message, code } = await errorOf(response);
    assertEquals(code, "BAD_USER_INPUT");
    assertMatch(message, /variables and extensions must be JSON/);
  });

  it("refuses a subscription with status 400 in application/graphql-response+json, with 200 in application/json", async () => {
    const query = 'subscription { runEvents(runId: "x") { seq } }';
    const ask = async (accept: string) => {
      const response = await post(server.origin, { query }, { accept });
      return [response.status, (await errorOf(response)).code];
    };
    assertEquals(await ask("application/graphql-response+json"), [400, "BAD_USER_INPUT"]);
    assertEquals(await ask("application/json"), [200, "BAD_USER_INPUT"]);
  });

  it("refuses operations in forms, which any site's page could send", async () => {
    const query = "mutation { startTraining { run { id } } }";
    const forms: [string, string][] = [
      ["application/x-www-form-urlencoded", new URLSearchParams({ query }).toString()],
      ["text/plain", JSON.stringify({ query })],
      ["multipart/form-data; boundary=x", `--x\r\n\r\n${query}\r\n--x--`],
    ];
    for (const [type, body] of forms) {
      const response = await fetch(`${server.origin}/graphql`, {
        method: "POST",
        headers: { "content-type": type },
        body,
      });
      assertEquals(response.status, 415, type);
      assertMatch((await errorOf(response)).message, /content-type must be application\/json/);
    }
    const got = await fetch(`${server.origin}/graphql?query=${encodeURIComponent(query)}`, {
      headers: { accept: "application/json" },
    });
    assertEquals(got.status, 405);
    assertEquals((await errorOf(got)).code, "BAD_USER_INPUT");
  });

  it("refuses a request that is larger than any operation", async () => {
    const response = await post(server.origin, {
      query: `{ __typename } #${"x".repeat(1_100_000)}`,
    });
    assertEquals(response.status, 413);
    assertEquals(await errorOf(response), {
      code: "BAD_USER_INPUT",
      message: "Cannot answer: a request must have at most 1000000 bytes, got 1100028.",
    });
  });

  it("refuses a body that is too large if it comes in chunks without a length", async () => {
    let chunks = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (chunks++ < 20) controller.enqueue(new Uint8Array(100_000).fill(32));
        else controller.close();
      },
    });
    const response = await fetch(`${server.origin}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
    });
    assertEquals(response.status, 413);
    assertMatch((await errorOf(response)).message, /at most 1000000 bytes, got more/);
  });

  it("accepts a small body in chunks", async () => {
    const [head, tail] = ['{"query":', '"{ __typename }"}'].map((text) =>
      new TextEncoder().encode(text)
    );
    const response = await fetch(`${server.origin}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: ReadableStream.from([head, tail]),
    });
    assertEquals(await response.json(), { data: { __typename: "Query" } });
  });

  it("hides an unexpected error behind the code INTERNAL", async () => {
    await using broken = await startServer({
      datasets: { open: () => Promise.reject(new Error("secret: /etc/passwd")) },
    });
    const response = await post(broken.origin, { query: "{ samples { totalCount } }" });
    const text = await response.text();
    assertNotMatch(text, /secret/);
    const { errors } = JSON.parse(text);
    assertEquals(errors[0].message, "Unexpected error");
    assertEquals(errors[0].extensions.code, "INTERNAL");
  });
});
