/** The imports of a server in this process, with an importer that waits. */
import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { MAX_IMPORTS, serveImports } from "../../imports/service.ts";
import { assertFails } from "../support/errors.ts";
import { importRequest } from "../support/import_dataset.ts";
import { folderPerTest } from "../support/temporary_folder.ts";

const folder = folderPerTest();

describe("serveImports()", () => {
  it("refuses more imports than may wait or run, also of requests side by side", async () => {
    const program = folder.join("waits.ts");
    await Deno.writeTextFile(program, "for await (const _ of Deno.stdin.readable);");
    const imports = serveImports({
      dataFolder: folder.path,
      program,
      onError: (error) => console.error(error),
    });
    const start = (name: string) => imports.start(importRequest(program, { name }));
    const numbers = Array.from({ length: MAX_IMPORTS + 2 }, (_, at) => `import-${at}`);
    const started = await Promise.allSettled(numbers.map(start));
    assertEquals(started.filter(({ status }) => status === "fulfilled").length, MAX_IMPORTS);
    await assertFails(start("late"), /at most 20 imports may wait or run, got 20/);
    await imports.cancel("import-9");
    await start("late");
    await imports.close();
  });
});
