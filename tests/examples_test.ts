/** The programs in examples/ run as they are, and the README shows the first of them. */
import { assert } from "@std/assert";
import { describe, it } from "@std/testing/bdd";

const ROOT = new URL("../", import.meta.url);

describe("examples/mnist.ts", () => {
  it("trains its own network to over 97% in one epoch", async () => {
    const { stdout, success } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", new URL("examples/mnist.ts", ROOT).pathname, "1"],
      cwd: ROOT.pathname,
      stderr: "inherit",
    }).output();
    assert(success);
    const [, accuracy] = /epoch 1: .*test accuracy ([\d.]+)%/
      .exec(new TextDecoder().decode(stdout)) ?? [];
    assert(Number(accuracy) > 97, `got ${accuracy}%`);
  });

  it("is shown in the README as it is", async () => {
    const program = await Deno.readTextFile(new URL("examples/mnist.ts", ROOT));
    const readme = await Deno.readTextFile(new URL("README.md", ROOT));
    assert(readme.includes(`\`\`\`ts\n${program.slice(program.indexOf("import "))}\`\`\``));
  });
});
