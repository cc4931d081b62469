/** GraphQL over HTTP: results, refusals and their form. */
import { assert, assertEquals, assertMatch, assertNotMatch, fail } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { serverAudits } from "graphql-http";
import { assertRefused, postRaw } from "../../support/http.ts";
import { startServer, useServer } from "../../support/start_server.ts";

describe("GraphQL over HTTP", () => {
  const server = useServer();

  it("answers a query by POST and by GET", async () => {
    const query = "{ datasets { name trainSize } }";
    const expected = { data: { datasets: [{ name: "mnist", trainSize: 60_000 }] } };
    const posted = await (await server.post({ query })).json();
    assertEquals(posted.data.datasets[0], expected.data.datasets[0]);
    const url = `${server.origin}/graphql?query=${encodeURIComponent(query)}`;
    const got = await fetch(url, { headers: { accept: "application/json" } });
    assertEquals(await got.json(), posted);
    // An <img> or a <script> of any page can ask so.
    const message = /^Cannot answer a GET: its accept must name .*, got '\*\/\*'\.$/;
    await assertRefused(fetch(url), { message });
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
    const bodies = [
      { query: "{ nothing }" },
      { query: "{ runs(" },
      { query: "query A { __typename } query B { __typename }" },
      { query: "{ __typename }", variables: 3 },
      { query: "query($id: ID!) { run(id: $id) { id } }" },
      { query: '{ run(id: "nonsense") { id } }' },
      { query: "mutation { startTraining(input: { epochs: 0 }) { run { id } } }" },
      ...[[], null, "text"],
    ];
    for (const body of bodies) {
      const given = JSON.stringify(body);
      const response = await assertRefused(server.post(body), { code: "BAD_USER_INPUT" }, given);
      assert(response.status < 500, `${response.status} for ${given}`);
    }
  });

  it("tells a person as a page what it tells programs as JSON", async () => {
    const accept = "text/html,application/xhtml+xml,*/*;q=0.8";
    const titles = {
      "/rnus": "Not found",
      "/runs/x/curves.svg": "Not found",
      "/assets/x": "Not found",
    };
    for (const [path, title] of Object.entries(titles)) {
      const page = await server.get(path, { headers: { accept } });
      const refused = { status: 404, code: "NOT_FOUND" };
      const { status, headers } = await assertRefused(server.get(path), refused);
      assertEquals([page.status, page.headers.get("content-type")], [
        status,
        "text/html; charset=utf-8",
      ]);
      assertEquals(headers.get("content-type"), "application/json");
      assertMatch(
        page.headers.get("content-security-policy") ?? "",
        /^default-src 'none'; style-src/,
      );
      assertMatch(await page.text(), new RegExp(`<h1>${title}</h1>\\s*<p>Cannot find .*</p>`));
    }
    const named = await server.get("/%3Cscript%3Ea&b", { headers: { accept } });
    assertMatch(await named.text(), /Cannot find \/%3Cscript%3Ea&amp;b: /);
    assertEquals(
      (await (await server.get("/healthz", { headers: { accept } })).json()).alive,
      true,
    );
  });

  it("refuses a document that is nested too deeply to be parsed", async () => {
    const depth = 1900;
    const query = `{ runs(tag: ${"[".repeat(depth)}${"]".repeat(depth)}) { totalCount } }`;
    const response = await assertRefused(server.post({ query }), { code: "BAD_USER_INPUT" });
    assert(response.status < 500, String(response.status));
  });

  it("refuses a subscription whose root field is conditional", async () => {
    const conditions = [
      "subscription { epochs @skip(if: true) { number } }",
      "subscription { ... @include(if: false) { epochs { number } } }",
      "subscription ($is: Boolean = false) { epochs @skip(if: $is) { number } }",
      "subscription { ...F } fragment F on Subscription { epochs @skip(if: true) { number } }",
    ];
    for (const query of conditions) {
      const message = /^Cannot subscribe: the root field .* must be there in any case/;
      await assertRefused(server.post({ query }), { code: "BAD_USER_INPUT", message }, query);
    }
  });

  it("refuses variables in a URL that are not JSON", async () => {
    const path = "/graphql?query={__typename}&variables={";
    const message = /variables and extensions must be JSON/;
    const refusal = { status: 400, code: "BAD_USER_INPUT", message };
    await assertRefused(server.get(path, "application/graphql-response+json"), refusal);
  });

  it("refuses a subscription with status 400 in application/graphql-response+json, with 200 in application/json", async () => {
    const query = 'subscription { runEvents(runId: "x") { seq } }';
    const statuses = { "application/graphql-response+json": 400, "application/json": 200 };
    for (const [accept, status] of Object.entries(statuses)) {
      await assertRefused(server.post({ query }, { accept }), { status, code: "BAD_USER_INPUT" });
    }
  });

  it("refuses operations in forms, which any site's page could send", async () => {
    const query = "mutation { startTraining { run { id } } }";
    const forms: [string, string][] = [
      ["application/x-www-form-urlencoded", new URLSearchParams({ query }).toString()],
      ["text/plain", JSON.stringify({ query })],
      ["multipart/form-data; boundary=x", `--x\r\n\r\n${query}\r\n--x--`],
    ];
    for (const [type, body] of forms) {
      const response = postRaw(server.origin, body, { "content-type": type });
      const message = /content-type must be application\/json/;
      await assertRefused(response, { status: 415, message }, type);
    }
    const got = server.get(`/graphql?query=${encodeURIComponent(query)}`, "application/json");
    await assertRefused(got, { status: 405, code: "BAD_USER_INPUT" });
  });

  it("refuses a request that is larger than any operation", async () => {
    await assertRefused(server.post({ query: `{ __typename } #${"x".repeat(1_100_000)}` }), {
      ...{ status: 413, code: "BAD_USER_INPUT" },
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
    const refusal = { status: 413, message: /at most 1000000 bytes, got more/ };
    await assertRefused(postRaw(server.origin, body), refusal);
  });

  it("accepts a small body in chunks", async () => {
    const [head, tail] = ['{"query":', '"{ __typename }"}'].map((text) =>
      new TextEncoder().encode(text)
    );
    const response = await postRaw(server.origin, ReadableStream.from([head, tail]));
    assertEquals(await response.json(), { data: { __typename: "Query" } });
  });

  it("hides an unexpected error behind the code INTERNAL", async () => {
    await using broken = await startServer({
      datasets: { open: () => Promise.reject(new Error("secret: /etc/passwd")) },
    });
    const text = await (await broken.post({ query: "{ samples { totalCount } }" })).text();
    assertNotMatch(text, /secret/);
    const { errors: [{ message, extensions }] } = JSON.parse(text);
    assertEquals([message, extensions.code], ["Unexpected error", "INTERNAL"]);
  });
});
