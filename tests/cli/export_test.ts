/** `deno task export` as a process: from this machine's runs and from a server's. */
import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { after, before, describe, it } from "@std/testing/bdd";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { trainKept } from "../support/keep_checkpoint.ts";
import { present } from "../support/present.ts";
import { startProgram } from "../support/program.ts";
import { startServer, type TestServer } from "../support/start_server.ts";
import { startRun } from "../support/written_run.ts";

const PROGRAM = fileURLToPath(new URL("../../cli/export.ts", import.meta.url));

describe("deno task export", () => {
  let server: TestServer;
  let folder: string;
  before(async () => {
    server = await startServer({ hasCheckpoints: true });
    folder = await Deno.makeTempDir({ prefix: "epochql-export-" });
    const worker = await startRun(server.store, "digits");
    await trainKept(server, worker, 1);
  });
  after(async () => {
    await server[Symbol.asyncDispose]();
    await Deno.remove(folder, { recursive: true });
  });

  const run = (...args: readonly string[]) =>
    startProgram({ args: ["-A", PROGRAM, ...args], env: { EPOCHQL_HOME: server.home } }).end;

  it("writes the same file without a server as with one", async () => {
    const [here, there] = [join(folder, "here.onnx"), join(folder, "there.onnx")];
    const local = await run("digits", "--format", "onnx", "--out", here);
    assertEquals(local.code, 0, local.stderr);
    assertMatch(local.stdout, /here\.onnx \(/);
    const remote = await run("latest", "--epoch", "1", "-o", there, "--server", server.origin);
    assertEquals(remote.code, 0, remote.stderr);
    assertEquals(await Deno.readFile(here), await Deno.readFile(there));
  });

  it("writes a module of the same name beside PyTorch's weights", async () => {
    for (const name of ["model", "digits.best"]) {
      const out = join(folder, `${name}.safetensors`);
      const { code, stderr } = await run("-f", "safetensors", "-o", out);
      assertEquals(code, 0, stderr);
      assertMatch(await Deno.readTextFile(join(folder, `${name}.py`)), /class Model/);
    }
  });

  it("writes its module over one of an export, but over no program", async () => {
    const [out, module] = ["safetensors", "py"].map((end) => join(folder, `train.${end}`));
    const write = () => run("-f", "safetensors", "-o", present(out));
    await Deno.writeTextFile(present(module), "print('mine')\n");
    const refused = await write();
    assertEquals(refused.code, 2, refused.stderr);
    assertMatch(refused.stderr, /Cannot write .*train\.py: it must not be there/);
    assertEquals(await Deno.readTextFile(present(module)), "print('mine')\n");
    await assertRejects(() => Deno.stat(present(out)), Deno.errors.NotFound);
    await Deno.remove(present(module));
    assertEquals([(await write()).code, (await write()).code], [0, 0]);
  });

  const hasPipes = Deno.build.os !== "windows";
  it("replaces neither a pipe nor a link", { ignore: !hasPipes }, async () => {
    const [pipe, link, file] = ["pipe", "link", "file"].map((name) => join(folder, name));
    await new Deno.Command("mkfifo", { args: [present(pipe)] }).output();
    const refused = await run("--out", present(pipe));
    assertEquals(refused.code, 2, refused.stderr);
    assertMatch(refused.stderr, /Cannot write .*pipe: it must be a file, got a device or a pipe/);
    assertEquals((await Deno.stat(present(pipe))).isFifo, true);
    await Deno.writeTextFile(present(file), "");
    await Deno.symlink(present(file), present(link));
    assertEquals((await run("--out", present(link))).code, 0);
    assertEquals((await Deno.lstat(present(link))).isSymlink, true);
    assertEquals((await Deno.stat(present(file))).size > 0, true);
  });

  it("says what is wrong", async () => {
    const cases = [
      [
        ["-f", "safetensors", "-o", "model.py"],
        2,
        /--out must end in \.safetensors.*, got 'model\.py'/,
      ],
      [
        ["-f", "safetensors", "-o", "digits.best"],
        2,
        /--out must end in \.safetensors.*, got 'digits\.best'/,
      ],
      [["nothing"], 1, /No run 'nothing'/],
      [["digits", "--epoch", "7"], 1, /no checkpoint of the end of epoch 7/],
      [["digits", "--epoch", "7", "--server", server.origin], 1, /the end of epoch 7/],
      [["digits", "--format", "caffe"], 2, /caffe/],
      [
        ["digits", "--out", join(folder, "none", "x")],
        2,
        /Cannot write .*x: the folder .*none must exist/,
      ],
    ] as const;
    for (const [args, code, message] of cases) {
      const ended = await run(...args);
      assertEquals(ended.code, code, args.join(" "));
      assertMatch(ended.stderr, message);
    }
  });
});
