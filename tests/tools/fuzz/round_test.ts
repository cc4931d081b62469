/**
 * A short round of `deno task fuzz` against the real server, with the same seed each time, so that what fails fails
 * again; and rounds against servers that are not as they must be, to see that it is found.
 */
import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { createApiSchema } from "../../../resolvers/api_schema.ts";
import { report, shareExecuted } from "../../../tools/fuzz/report.ts";
import { playRound, type RoundResult } from "../../../tools/fuzz/round.ts";
import {
  openStage,
  type Stage,
  type StoreKind,
  STORES,
  whyNoStore,
} from "../../../tools/fuzz/stage.ts";

const SEED = Number(Deno.env.get("EPOCHQL_TEST_SEED") ?? 1);
const OPERATIONS: Readonly<Record<StoreKind, number>> = { sqlite: 500, postgres: 200 };

const schema = createApiSchema();

describe("a round of the fuzzer", () => {
  for (const store of STORES) {
    const skip = whyNoStore(store);
    if (skip !== undefined) console.warn(`The round on ${store} is skipped: ${skip}.`);
    it(`finds nothing wrong in the server on ${store}, of which most is executed (seed ${SEED})`, {
      ignore: skip !== undefined,
    }, async () => {
      await using stage = await openStage(store);
      const result = await playRound({ schema, stage, seed: SEED, operations: OPERATIONS[store] });
      assertEquals(result.failures, [], result.failures.join("\n\n"));
      assert(shareExecuted(result) > 0.5, report(result));
    });
  }

  it("finds an INTERNAL error, and shows the smallest request that causes it", async () => {
    const respond = (query: string) =>
      query.includes("viewer") ? answer("INTERNAL") : answer("BAD_USER_INPUT");
    // The search for a smaller one may end early: the smallest of some rounds is looked at.
    const rounds = await Promise.all([5, 6, 7, 8, 9, 10].map((seed) => against(respond, {}, seed)));
    const [failure = ""] = rounds.map(({ failures: [first = ""] }) => first)
      .toSorted((one, other) => one.length - other.length);
    assertMatch(failure, /^Request \d+: no error may be INTERNAL/);
    assertMatch(failure, /The smallest that shows it:\ncurl -i '.*' -X (GET|POST) -H '/);
    assertMatch(failure, /\nquery \w? ?\{ viewer +\{ \w+ +\} \}$/m);
  });

  it("finds a server that does not answer", async () => {
    const { failures } = await against(() => Promise.reject(new Error("gone")));
    assertMatch(failures[0] ?? "", /the status must be below 500, got 500/);
  });

  it("finds complaints in the log, retained memory and a dead server", async () => {
    const quiet = () => answer("BAD_USER_INPUT");
    const complaints: string[] = [];
    const complaining = await against((query) => {
      if (query.includes("recipes")) complaints.push("a promise failed unseen");
      return quiet();
    }, { complaints: () => complaints });
    assertMatch(complaining.failures[0] ?? "", /must not complain, got a promise failed unseen/);

    let used = 0;
    const keeping = await against(quiet, {
      memory: () => Promise.resolve({ used: used += 40_000_000, resident: 0 }),
    });
    assertMatch(keeping.failures.join(), /must hold at most \d+ bytes more .* got 40000000 more/);

    const dead = await against(quiet, { isAlive: () => false });
    assertMatch(dead.failures.join(), /The server must live/);
  });

  it("sends the same requests for the same seed", async () => {
    const heard = async (seed: number) => {
      const queries: string[] = [];
      await against(
        (query) => {
          queries.push(query);
          return answer("BAD_USER_INPUT");
        },
        {},
        seed,
      );
      return queries;
    };
    const [one, same, other] = [await heard(5), await heard(5), await heard(6)];
    assert(one.length > 30);
    assertEquals(one, same);
    assertNotEquals(one, other);
  });
});

function answer(code: string): Promise<Response> {
  const errors = [{ message: "no", extensions: { code } }];
  return Promise.resolve(Response.json({ errors }));
}

/** A short round against a server that answers so. */
async function against(
  respond: (query: string) => Promise<Response>,
  traits: Partial<Stage> = {},
  seed = 3,
): Promise<RoundResult> {
  await using server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    async (request) => {
      if (request.headers.has("upgrade")) return await endSocket(request);
      // The query says what is wrong with the API; there are no uploads.
      if (new URL(request.url).pathname.startsWith("/uploads/")) {
        return new Response(null, { status: 404 });
      }
      const text = request.method === "GET"
        ? new URL(request.url).searchParams.get("query")
        : await request.text();
      return await respond(text ?? "").catch(() => new Response("", { status: 500 }));
    },
  );
  const stage: Stage = {
    origin: `http://127.0.0.1:${server.addr.port}`,
    memory: () => Promise.resolve({ used: 0, resident: 0 }),
    open: () => Promise.resolve(0),
    complaints: () => [],
    isAlive: () => true,
    [Symbol.asyncDispose]: () => Promise.resolve(),
    ...traits,
  };
  return await playRound({ schema, stage, seed, operations: 150 });
}

/** Refuses what a socket asks for. */
function endSocket(request: Request): Promise<Response> {
  const { socket, response } = Deno.upgradeWebSocket(request, { protocol: "graphql-transport-ws" });
  socket.onmessage = () => socket.readyState === WebSocket.OPEN && socket.close(4400);
  return Promise.resolve(response);
}
