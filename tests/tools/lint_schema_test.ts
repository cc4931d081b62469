/** The linter of the schema must find what it is there for. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { SCHEMA_FILE } from "../../tools/print_schema.ts";

const TOOL = new URL("../../tools/lint_schema/", import.meta.url).pathname;

async function lint(sdl: string): Promise<{ code: number; said: string }> {
  const file = await Deno.makeTempFile({ suffix: ".graphql" });
  try {
    await Deno.writeTextFile(file, sdl);
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--quiet", "--config", `${TOOL}deno.json`, `${TOOL}lint.ts`, file],
    }).output();
    return { code, said: new TextDecoder().decode(stderr).replaceAll(file, "FILE") };
  } finally {
    await Deno.remove(file);
  }
}

describe("tools/lint_schema/", () => {
  it("has nothing to say of schema.graphql", async () => {
    assertEquals(await lint(await Deno.readTextFile(SCHEMA_FILE)), { code: 0, said: "" });
  });

  const wrong: Readonly<Record<string, [from: string, to: string, rule: string]>> = {
    "a field without a description": [
      '  """Accuracy on the batch, 0 to 1."""\n',
      "",
      "require-description",
    ],
    "an argument without a description": [
      '    """Only events after this `seq`."""\n    afterSeq: Int = 0\n',
      "    afterSeq: Int = 0\n",
      "require-description",
    ],
    "a field with a name of another style": ["  acc: Float!", "  Acc: Float!", "naming-convention"],
    "a value with a name of another style": ["  INTERVAL\n", "  interval\n", "naming-convention"],
    "a deprecation without a reason": [
      "  acc: Float!",
      "  acc: Float! @deprecated",
      "require-deprecation-reason",
    ],
  };
  for (const [what, [from, to, rule]] of Object.entries(wrong)) {
    it(`finds ${what}`, async () => {
      const sdl = await Deno.readTextFile(SCHEMA_FILE);
      assert(sdl.includes(from));
      const { code, said } = await lint(sdl.replace(from, to));
      assertEquals(code, 1);
      assertMatch(said, new RegExp(`^FILE:\\d+:\\d+ .*\\(@graphql-eslint/${rule}\\)$`, "m"));
    });
  }
});
