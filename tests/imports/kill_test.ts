/** Imports of a real server that lose their process: they go on, and leave no process behind. */
import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { fileURLToPath } from "node:url";
import { readConfig } from "../../config.ts";
import { serverPermissions } from "../../server/permissions.ts";
import { childrenOf, send, untilGone } from "../../tools/processes.ts";
import { post } from "../support/http.ts";
import { png, zipOf } from "../support/image_files.ts";
import {
  askDataset,
  importEnded,
  type ImportServer,
  startImport,
  upload,
} from "../support/imported_server.ts";
import { type ServerProcess, startServerProcess } from "../support/program.ts";
import { CLEARED } from "../support/stack.ts";
import { folderPerTest } from "../support/temporary_folder.ts";
import { soon, until } from "../support/until.ts";

const MAIN = fileURLToPath(new URL("../../main.ts", import.meta.url));

/** Images that take some seconds to decode. */
const COUNT = 400;
const SIDE = 1200;

const folder = folderPerTest();

describe("an import of a server", () => {
  const start = () => {
    const variables = { PORT: "0", HOST: "127.0.0.1", EPOCHQL_HOME: folder.path, WORKERS: "0" };
    const config = readConfig(new Map(Object.entries(variables)));
    return startServerProcess({
      args: [...serverPermissions(config), MAIN],
      env: { ...CLEARED, ...variables },
    });
  };
  const connect = ({ origin }: ServerProcess): ImportServer => ({
    origin,
    async ask(query, variables) {
      const { data, errors } = await (await post(origin, { query, variables })).json();
      if (errors) throw new Error(JSON.stringify(errors));
      return data;
    },
  });
  const importerOf = ({ pid }: ServerProcess) =>
    until("the importer runs", () => childrenOf(pid)[0]);

  const begin = async (server: ImportServer) => {
    const [red, blue] = [png(SIDE, SIDE, [200, 0, 0]), png(SIDE, SIDE, [0, 0, 200])];
    const files = Object.fromEntries(
      Array.from(
        { length: COUNT },
        (_, at) => at % 2 === 0 ? [`red/${at}.png`, red] : [`blue/${at}.png`, blue],
      ),
    );
    const id = await upload(server, "large.zip", await zipOf(files));
    const images = { width: 8, height: 8 };
    await startImport(server, { name: "large", source: { upload: id }, images });
  };
  const underWay = (server: ImportServer) =>
    until("some samples are imported", async () => {
      const { state, imported } = await askDataset(server, "large");
      assertEquals(state, "IMPORTING");
      return imported > 0;
    });

  it("goes on after its importer and its server are killed, and ends with all samples", async () => {
    const first = await start();
    await begin(connect(first));
    await underWay(connect(first));
    const killed = await importerOf(first);
    send(killed, "SIGKILL");
    const next = await until("another importer runs", () => {
      return childrenOf(first.pid).find((pid) => pid !== killed);
    });
    first.kill("SIGKILL");
    await first.end;
    await untilGone(next);

    const second = await start();
    const dataset = await importEnded(connect(second), "large");
    assertEquals([dataset.state, dataset.imported, dataset.problemCount], ["READY", COUNT, 0]);
    await until("its importer is gone", () => childrenOf(second.pid).length === 0);
    await until("the upload is gone", async () => {
      return (await Array.fromAsync(Deno.readDir(folder.join("uploads")))).length === 0;
    });
    assertEquals((await soon(second.stop(), "the server must end")).code, 0);
  });

  it("is cancelled within seconds, and leaves neither a process nor samples", async () => {
    const server = await start();
    const api = connect(server);
    await begin(api);
    await underWay(api);
    await api.ask(`mutation { cancelImport(name: "large") { dataset { state } } }`);
    const dataset = await importEnded(api, "large");
    assertEquals(dataset.state, "CANCELLED");
    assert(dataset.imported < COUNT);
    await until("its importer is gone", () => childrenOf(server.pid).length === 0);
    const left = await Array.fromAsync(Deno.readDir(folder.join("data", "imports", "large")));
    const names = left.map(({ name }) => name).filter((name) => /part$|ready/.test(name));
    assertEquals(names, []);
    assertEquals((await soon(server.stop(), "the server must end")).code, 0);
  });
});
