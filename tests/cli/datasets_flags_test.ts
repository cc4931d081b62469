/** The flags of `deno task datasets`. */
import { assert, assertEquals, assertMatch, fail } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { parseDatasets } from "../../cli/datasets/flags.ts";

const importOf = (...flags: readonly string[]) =>
  parseDatasets(["import", "some.csv", "--name", "some", ...flags]);

function requestOf(...flags: readonly string[]) {
  const parsed = importOf(...flags);
  if (parsed.kind === "run" && parsed.command.kind === "import") return parsed.command.request;
  return fail(`The flags must be those of an import, got ${JSON.stringify(parsed)}.`);
}

describe("the flags of an import", () => {
  it("take the shape of an image as sizes are written, or separated by commas", () => {
    for (const text of ["28x28", "28,28", "28X28"]) {
      assertEquals(requestOf("--image-shape", text).csv?.imageShape, [28, 28]);
    }
    assertEquals(requestOf("--image-shape", "3x32x24").csv?.imageShape, [3, 32, 24]);
  });

  it("name the dataset by its file or folder, unless it has a name", () => {
    assertEquals(requestOf().name, "some");
    for (
      const [path, name] of [
        ["/data/My Photos.tar.gz", "my-photos"],
        ["flowers", "flowers"],
        ["../Iris 2.csv", "iris-2"],
      ] as const
    ) {
      const parsed = parseDatasets(["import", path]);
      assert(parsed.kind === "run" && parsed.command.kind === "import");
      assertEquals(parsed.command.request.name, name);
    }
  });

  it("say how a shape is written", () => {
    for (const text of ["28", "1x2x3x4", "28xx28", "axb", ""]) {
      const parsed = importOf("--image-shape", text);
      assertMatch(
        parsed.kind === "wrong" ? parsed.problems.join() : "",
        /must be a height and a width such as 28x28, or channels before them such as 3x32x32\./,
      );
    }
  });
});
