/**
 * The layers with and without oneDNN's kernels, whatever this machine chooses: TensorFlow turns them on for some
 * processors.
 */
import { assert } from "@std/assert";
import { describe, it } from "@std/testing/bdd";

const TESTS = new URL("./torch_test.ts", import.meta.url).pathname;

describe("every layer has PyTorch's numbers", () => {
  for (const [name, setting] of [["with", "1"], ["without", "0"]] as const) {
    it(`${name} oneDNN's kernels`, async () => {
      const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
        args: ["test", "-A", "--no-check", TESTS],
        env: { TF_ENABLE_ONEDNN_OPTS: setting },
      }).output();
      const text = new TextDecoder();
      assert(success, `${text.decode(stdout)}${text.decode(stderr)}`);
    });
  }
});
