/** The gate must stop a change of the API that breaks clients of the last release, and name it. */
import { assertEquals, assertMatch } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { compareSchemas, RELEASED_FILE } from "../../tools/check_schema.ts";
import { SCHEMA_FILE } from "../../tools/print_schema.ts";

const RELEASED = `
  type Query { run(id: ID!): Run runs(first: Int = 20): [Run!]! }
  type Run { id: ID! state: State! note: String }
  enum State { QUEUED RUNNING }
  input Start { epochs: Int }
  type Mutation { start(input: Start): Run! }
`;

describe("compareSchemas()", () => {
  it("finds nothing in what is new", async () => {
    const current = RELEASED.replace("note: String", "note: String tags: [String!]!");
    assertEquals(await compareSchemas(RELEASED, current), { breaking: [], dangerous: [] });
  });

  it("finds nothing in what is deprecated and still there", async () => {
    const current = RELEASED.replace(
      "note: String",
      'note: String @deprecated(reason: "Use tags.")',
    );
    assertEquals(await compareSchemas(RELEASED, current), { breaking: [], dangerous: [] });
  });

  const breaking: Readonly<Record<string, [from: string, to: string, line: RegExp]>> = {
    "a field that is gone": [" note: String", "", /^Run\.note: .*removed/],
    "a field that may be null now": ["state: State!", "state: State", /^Run\.state: .*type/],
    "an argument that is asked for now": [
      "(first: Int = 20)",
      "(first: Int = 20, tag: String!)",
      /^Query\.runs\.tag: .*added/,
    ],
    "an input field that is asked for now": ["epochs: Int", "epochs: Int!", /^Start\.epochs: /],
    "a value that is gone": ["QUEUED RUNNING", "RUNNING", /^State\.QUEUED: .*removed/],
  };
  for (const [what, [from, to, line]] of Object.entries(breaking)) {
    it(`calls ${what} breaking`, async () => {
      const changes = await compareSchemas(RELEASED, RELEASED.replace(from, to));
      assertEquals(changes.breaking.length, 1);
      assertMatch(changes.breaking[0] ?? "", line);
    });
  }

  it("calls a new value of an enum dangerous", async () => {
    const current = RELEASED.replace("QUEUED RUNNING", "QUEUED RUNNING PAUSED");
    const { breaking, dangerous } = await compareSchemas(RELEASED, current);
    assertEquals(breaking, []);
    assertMatch(dangerous[0] ?? "", /^State\.PAUSED: /);
  });
});

describe("tools/check_schema.ts", () => {
  const check = (...files: readonly (string | URL)[]) =>
    new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "-A",
        "--no-check",
        new URL("../../tools/check_schema.ts", import.meta.url).pathname,
        ...files.map((file) => file instanceof URL ? file.pathname : file),
      ],
    }).output();

  it("passes what is checked in", async () => {
    const { code, stderr } = await check();
    assertEquals(code, 0, new TextDecoder().decode(stderr));
  });

  it("fails on a breaking change, and says which and what to do", async () => {
    const file = await Deno.makeTempFile({ suffix: ".graphql" });
    try {
      const sdl = await Deno.readTextFile(SCHEMA_FILE);
      await Deno.writeTextFile(file, sdl.replace(/^ {2}trainAcc: Float!$/m, "  accuracy: Float!"));
      const { code, stderr } = await check(RELEASED_FILE, file);
      assertEquals(code, 1);
      assertMatch(
        new TextDecoder().decode(stderr),
        /^Cannot change the released API: Epoch\.trainAcc: .*removed.*\n(.*\n)*Keep what was there/m,
      );
    } finally {
      await Deno.remove(file);
    }
  });
});
