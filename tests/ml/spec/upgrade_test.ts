/** Specs that older versions stored: every one is read, and means what it meant. */
import { assertEquals } from "@std/assert";
import { assertThrowsMatch } from "../../support/errors.ts";
import { describe, it } from "@std/testing/bdd";
import { PRESETS } from "../../../ml/spec/presets.ts";
import { resolveSpec } from "../../../ml/spec/resolve.ts";
import { upgradeSpec } from "../../../ml/spec/upgrade.ts";
import stored from "./stored_specs.json" with { type: "json" };

const DATABASES = new URL("../../runs/store/databases/", import.meta.url);

/** The specs in the databases that older versions left. */
function specsInDatabases(): readonly Record<string, unknown>[] {
  return [...Deno.readDirSync(DATABASES)].flatMap(({ name }) => {
    const sql = Deno.readTextFileSync(new URL(name, DATABASES));
    return [...sql.matchAll(/'(\{"recipe":.*?\})'/g)].map(([, json]) => JSON.parse(json ?? ""));
  });
}

describe("upgradeSpec()", () => {
  it("gives each spec of an old database its network and its optimizer", () => {
    const specs = specsInDatabases();
    assertEquals(specs.length, 4 * 6);
    for (const spec of specs) {
      const { network, optimizer } = PRESETS.BASIC_CNN;
      assertEquals<unknown>(upgradeSpec(spec), { version: 2, network, optimizer, ...spec });
    }
  });

  for (const { version, spec, means } of stored) {
    it(`reads ${spec.recipe} of version ${version} with the network that it was trained with`, () => {
      assertEquals<unknown>(upgradeSpec(spec), means);
    });
  }

  it("has a stored spec of every version", () => {
    assertEquals([...new Set(stored.map(({ version }) => version))], [1, 2]);
  });

  it("returns a spec of this version unchanged", () => {
    const spec = resolveSpec({ recipe: "DROPOUT_CNN" }, { trainSize: 10, testSize: 10 });
    assertEquals(upgradeSpec(JSON.parse(JSON.stringify(spec))), spec);
  });

  it("refuses a newer version, and a recipe that no version knew", () => {
    assertThrowsMatch(() => upgradeSpec({ version: 3, anything: [] }), {
      name: "UnsupportedSpecError",
      message: "the version of its spec must be 2 or older, got 3. " +
        "Use the version of epochql that wrote it.",
    });
    assertThrowsMatch(() => upgradeSpec({ recipe: "toString" }), {
      name: "UnsupportedSpecError",
      message: "its recipe must be one of BASIC_CNN, DROPOUT_CNN, " +
        'WIDE_KERNEL_CNN, got "toString".',
    });
  });
});
