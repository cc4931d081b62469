/** The file of tokens: its syntax, and errors of one line that show no token. */
import {
  assert,
  assertEquals,
  assertMatch,
  assertNotMatch,
  assertRejects,
  assertThrows,
} from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import { ConfigError } from "../../../lib/config_error.ts";
import { bearerOf, readTokens } from "../../../server/auth/tokens.ts";
import { forAllAsync } from "../../support/for_all.ts";
import { folderPerSuite } from "../../support/temporary_folder.ts";

const MAIN = "main0main0main0main0";
const SECRET = "hunter2hunter2hunter2";

describe("the file of tokens", () => {
  const folder = folderPerSuite();

  const read = async (text: string, token?: string) => {
    const tokensFile = folder.join("tokens");
    await Deno.writeTextFile(tokensFile, text);
    return readTokens({ tokensFile, ...(token === undefined ? {} : { token }) });
  };

  it("gives each token a name and a scope, between comments and empty lines", async () => {
    const tokens = await read(
      `# who may do what\n\n  ci    write   ${SECRET}#1\r\n\tgrafana read ${SECRET}2\n` +
        `alice.b-c_1 ADMIN ${SECRET}3\n#old admin ${SECRET}4`,
      MAIN,
    );
    const owner = (secret: string) => bearerOf(`Bearer ${secret}`, tokens);
    assertEquals(owner(`${SECRET}#1`), { name: "ci", scope: "write" });
    assertEquals(owner(`${SECRET}2`), { name: "grafana", scope: "read" });
    assertEquals(owner(`${SECRET}3`), { name: "alice.b-c_1", scope: "admin" });
    assertEquals(owner(MAIN), { name: "EPOCHQL_TOKEN", scope: "admin" });
    assertEquals(owner(`${SECRET}4`), undefined);
    assertEquals(owner(SECRET), undefined);
  });

  it("is optional", () => {
    assertEquals(readTokens({}), []);
  });

  it("stops the start with an error that names the file, the line and the rule, and no token", async () => {
    const cases: readonly [string, RegExp][] = [
      ["", /it must hold 1 to 100 tokens, got 0\.$/],
      ["# nobody\n", /it must hold 1 to 100 tokens, got 0\.$/],
      [SECRET, /line 1 must be 'NAME SCOPE TOKEN', got 1 word\.$/],
      [`\n\nci write\n`, /line 3 must be 'NAME SCOPE TOKEN', got 2 words\.$/],
      [`ci write ${SECRET} # mine`, /line 1 must be 'NAME SCOPE TOKEN', got 5 words\.$/],
      [`${SECRET}/ write ci`, /line 1 must begin with a name of up to 64 letters/],
      [`write ${SECRET} ci`, /line 1 must have one of read, write, admin as its second word\.$/],
      ["ci write short", /line 1 must end with a token: 16 or more letters.*, got 5\.$/],
      [`ci write ${SECRET}é`, /line 1 must end with a token/],
      [`local read ${SECRET}`, /line 1 must have a name that no other token has\.$/],
      [`EPOCHQL_TOKEN read ${SECRET}`, /line 1 must have a name that no other token has\.$/],
      [`a read ${SECRET}\na write ${SECRET}2`, /line 2 must have a name that no other token has/],
      [`a read ${SECRET}\nb write ${SECRET}`, /line 2 must have a token that no other name has/],
      [`a read ${MAIN}`, /line 1 must have a token that no other name has\.$/],
      [
        Array.from({ length: 101 }, (_, at) => `t${at} read ${SECRET}${at}`).join("\n"),
        /it must hold 1 to 100 tokens, got 101\.$/,
      ],
    ];
    for (const [text, rule] of cases) {
      const error = await assertRejects(() => read(text, MAIN));
      if (!(error instanceof ConfigError)) throw error;
      assert(
        error.message.startsWith(`Cannot start with EPOCHQL_TOKENS_FILE=${folder.path}/tokens: `),
      );
      assertMatch(error.message, rule);
      assertNotMatch(error.message, /hunter2|main0|\n/);
    }
    assertMatch(
      String(assertThrows(() => readTokens({ tokensFile: `${folder}/none` }))),
      /EPOCHQL_TOKENS_FILE must be a file that can be read, got 'No such file or directory'\.$/,
    );
  });

  it("is read to usable tokens or to an error without any, for any content", async () => {
    const sign = fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code));
    const secret = fc.string({ unit: sign, minLength: 14, maxLength: 20 });
    const words = fc.oneof(
      fc.constantFrom("ci", "alice", "local", "EPOCHQL_TOKEN", "read", "WRITE", "admin", "#", MAIN),
      secret,
      fc.string({ unit: "binary", maxLength: 20 }),
    );
    const right = fc.tuple(
      fc.constantFrom("ci", "alice", "bob", "eve"),
      fc.constantFrom("read", "Write", "ADMIN"),
      secret,
    ).map((line) => line.join(" "));
    const line = fc.oneof(
      { weight: 3, arbitrary: right },
      { weight: 1, arbitrary: fc.constantFrom("", "# a comment", "\t") },
      { weight: 1, arbitrary: fc.array(words, { maxLength: 4 }).map((all) => all.join(" ")) },
    );
    const file = fc.tuple(fc.array(line, { maxLength: 5 }), fc.constantFrom("\n", "\r\n"));
    await forAllAsync([file], async ([lines, end]) => {
      try {
        const tokens = await read(lines.join(end), MAIN);
        assert(tokens.length >= 2);
        assertEquals(new Set(tokens.map(({ name }) => name)).size, tokens.length);
        for (const { secret, name, scope } of tokens) {
          assertEquals(bearerOf(`Bearer ${secret}`, tokens), { name, scope });
        }
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        assertMatch(error.message, /^Cannot start with EPOCHQL_TOKENS_FILE=[^\p{C}]+\.$/u);
        const said = error.message.replace(folder.path, "");
        for (const word of lines.flatMap((each) => each.split(/\s+/))) {
          if (word.length >= 14 && word !== "EPOCHQL_TOKEN") {
            assert(!said.includes(word), said);
          }
        }
      }
    }, { numRuns: 500 });
  });
});
