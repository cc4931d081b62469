/** The real server with the least permissions: it predicts in a process of its own, which never outlives it. */
import { assertEquals, assertMatch, fail } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openFolderStore } from "../../../runs/checkpoints/folder.ts";
import { checkpointsFolder } from "../../../runs/paths.ts";
import { openStore } from "../../../runs/store/open.ts";
import { serverPermissions } from "../../../server/permissions.ts";
import { childrenOf, send, untilGone } from "../../../tools/processes.ts";
import { trainKept } from "../../support/keep_checkpoint.ts";
import { type Program, startProgram } from "../../support/program.ts";
import { CLEARED } from "../../support/stack.ts";
import { folderPerTest } from "../../support/temporary_folder.ts";
import { soon } from "../../support/until.ts";
import { startRun } from "../../support/written_run.ts";

const MAIN = fileURLToPath(new URL("../../../main.ts", import.meta.url));
const folder = folderPerTest();

/** A server with a run that has a checkpoint. */
interface PredictingServer {
  readonly started: Program;
  /** Predicts once; returns the label. */
  predict(): Promise<number>;
  /** Returns the id of the process that predicts. */
  predictor(): number;
}

async function startServer(): Promise<PredictingServer> {
  const home = join(folder.path, "home");
  await Deno.mkdir(home);
  const store = await openStore({ home });
  const run = await startRun(store, "a run");
  await trainKept({ home, checkpoints: openFolderStore(checkpointsFolder(home)) }, run, 1);
  await store.close();
  const started = startProgram({
    args: [...serverPermissions({ port: 0, hostname: "127.0.0.1", home }), MAIN],
    env: { ...CLEARED, PORT: "0", HOST: "127.0.0.1", EPOCHQL_HOME: home, WORKERS: "0" },
  });
  const ready = started.printed(/^epochql is ready: (http:\/\/127\.0\.0\.1:\d+)\n/);
  const [, origin = ""] = await soon(ready, "the server must become ready");
  return {
    started,
    async predict() {
      const response = await fetch(`${origin}/graphql`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({
          query:
            "query($id: ID!, $pixels: [Int!]!) { predict(runId: $id, pixels: $pixels) { label } }",
          variables: { id: run.id, pixels: Array.from({ length: 784 }, () => 7) },
        }),
      });
      const { data, errors } = await response.json();
      assertEquals(errors, undefined);
      return data.predict.label;
    },
    predictor() {
      const [pid, ...others] = childrenOf(started.pid);
      assertEquals(others, []);
      return pid ?? fail("There must be a predictor.");
    },
  };
}

describe("a server", () => {
  it("predicts in another process when one is killed, and takes it with it when it stops", async () => {
    const { started, predict, predictor } = await startServer();
    const label = await predict();
    const first = predictor();
    const ps = new Deno.Command("ps", { args: ["-ww", "-o", "args=", "-p", String(first)] });
    const commandLine = new TextDecoder().decode((await ps.output()).stdout);
    assertMatch(
      commandLine,
      / --allow-ffi=\S*libkernels\.so --allow-read=\S*scratch \S*predictor\.ts /,
    );
    send(first, "SIGKILL");
    await untilGone(first);
    assertEquals(await predict(), label);
    const second = predictor();
    started.kill("SIGTERM");
    const { code, stderr } = await soon(started.end, "the server must end");
    assertEquals([code, /WebAssembly/.test(stderr)], [0, false], stderr);
    await untilGone(second);
  });

  it("leaves no predictor behind when it is killed", async () => {
    const { started, predict, predictor } = await startServer();
    await predict();
    const pid = predictor();
    started.kill("SIGKILL");
    await soon(started.end, "the server must end");
    await untilGone(pid);
  });
});
