/** Programs that the image's build writes: they find what they import among what was copied before them. */
import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { cp, mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { folderPerTest } from "../support/temporary_folder.ts";
import { readDeployed } from "./manifests.ts";

const folder = folderPerTest();
const ROOT = new URL("../../", import.meta.url);

/** An instruction of the build, up to the copy of the whole checkout. */
type Instruction =
  | { readonly copied: readonly string[] }
  | { readonly name: string; readonly program: string };

/** Returns what the build copies, and the programs that it writes by `echo "..." > NAME.ts`, in order. */
function instructionsOf(dockerfile: string): readonly Instruction[] {
  const [, build = ""] = dockerfile.replaceAll("\\\n", "").split(/^FROM .*$/m);
  return [...build.matchAll(/^(?:COPY (.*)|RUN (.*))$/gm)].flatMap(
    ([, copy, command = ""]): readonly Instruction[] => {
      if (copy !== undefined) return [{ copied: copy.split(" ").slice(0, -1) }];
      const [, program, name] = /echo "((?:import|await)[^"]*)" > (\S+\.ts)/.exec(command) ?? [];
      return program === undefined || name === undefined ? [] : [{ name, program }];
    },
  );
}

describe("the image's build", () => {
  it("writes programs whose imports were copied before them, with the names that these export", async () => {
    const checked: string[] = [];
    // The types of Node's modules.
    const packages = fileURLToPath(new URL("node_modules", ROOT));
    await Deno.symlink(packages, folder.join("node_modules"));
    for (const instruction of instructionsOf(await readDeployed("Dockerfile"))) {
      if ("copied" in instruction) {
        for (const path of instruction.copied.filter((path) => path !== ".")) {
          const to = folder.join(path);
          await mkdir(dirname(to), { recursive: true });
          await cp(fileURLToPath(new URL(path, ROOT)), to, { recursive: true });
        }
        continue;
      }
      const file = folder.join(instruction.name);
      await Deno.writeTextFile(file, instruction.program.replaceAll("'${BUILD}'", "String('cpu')"));
      const { success, stderr } = await new Deno.Command(Deno.execPath(), {
        args: ["check", "--no-lock", file],
        cwd: folder.path,
        env: { NO_COLOR: "1" },
        stdout: "null",
      }).output();
      assert(success, new TextDecoder().decode(stderr));
      checked.push(instruction.name);
    }
    assertEquals(checked, ["install.ts", "set_up.ts"]);
  });
});
