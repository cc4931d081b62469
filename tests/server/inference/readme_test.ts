/** The README's programs that predict over HTTP. */
import { assert, assertEquals, assertMatch, fail } from "@std/assert";
import { before, describe, it } from "@std/testing/bdd";
import { trainKept } from "../../support/keep_checkpoint.ts";
import { missingPackages, runPython } from "../../support/python.ts";
import { useServer } from "../../support/start_server.ts";
import { folderPerTest } from "../../support/temporary_folder.ts";
import { startRun } from "../../support/written_run.ts";

const folder = folderPerTest();

const README = await Deno.readTextFile(new URL("../../../README.md", import.meta.url));
const [, SECTION = ""] = /## Predict over HTTP\n([^]*?)\n## /.exec(README) ?? [];

async function hasCurl(): Promise<boolean> {
  try {
    return (await new Deno.Command("curl", { args: ["--version"], stdout: "null" }).output())
      .success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

const missing = await missingPackages("tritonclient", "numpy", "gevent");
if (missing) console.warn(`The README's request in Python is not sent: ${missing}.`);
const curl = await hasCurl();
if (!curl) console.warn("The README's requests by curl are not sent: there is no curl.");

describe("the README's requests for predictions", () => {
  const server = useServer({ hasCheckpoints: true });
  before(async () => {
    await trainKept(server, await startRun(server.store, "RUN"), 1);
  });

  /** Returns the programs in a language, for this server. */
  function programs(language: string): readonly string[] {
    const blocks = SECTION.matchAll(new RegExp("```" + language + "\\n([^]*?)```", "g"));
    const { host } = new URL(server.origin);
    return blocks.map(([, code = ""]) => code.replaceAll("localhost:8000", host)).toArray();
  }

  it("describe the model and classify an image by curl", { ignore: !curl }, async () => {
    const [program = fail(), ...others] = programs("sh");
    assertEquals(others, []);
    const { stdout, stderr, success } = await new Deno.Command("bash", {
      args: ["-e", "-o", "pipefail", "-c", program],
    }).output();
    assert(success, new TextDecoder().decode(stderr));
    const answers = new TextDecoder().decode(stdout).replaceAll("}{", "}\n{").split("\n")
      .map((line) => JSON.parse(line));
    assertEquals(answers.map(({ name, model_name: model }) => name ?? model), ["RUN", "RUN"]);
    assertEquals(answers[1].outputs[0].shape, [1, 10]);
  });

  it("classify a batch in Python", { ignore: missing !== undefined }, async () => {
    const [program = fail(), ...others] = programs("python");
    assertEquals(others, []);
    const path = folder.join("program.py");
    await Deno.writeTextFile(path, program);
    assertMatch((await runPython(path, [])).trim(), /^\[(b'\d'\s*){32}\]$/);
  });
});
