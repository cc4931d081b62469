/** Specs that older versions stored: every one is read, and means what it meant. */
import { assertEquals } from "@std/assert";
import { assertThrowsMatch } from "../../support/errors.ts";
import { describe, it } from "@std/testing/bdd";
import { type Recipe, RECIPE_NAMES, RECIPES } from "../../../ml/spec/recipes.ts";
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

/** The current spec of a training of a recipe before version 3. */
function meaning(recipe: Recipe, settings: Readonly<Record<string, unknown>>) {
  const { network, loss, optimizer } = RECIPES[recipe];
  const parts = {
    schedule: null,
    warmup: null,
    gradientClipNorm: null,
    validationShare: 0,
    earlyStopping: null,
    augmentation: [],
    startFrom: null,
  };
  return { ...settings, version: 6, engine: "AUTO", network, loss, optimizer, ...parts };
}

describe("upgradeSpec()", () => {
  it("gives each spec of an old database its network and its optimizer", () => {
    const specs = specsInDatabases();
    assertEquals(specs.length, 4 * 6);
    for (const spec of specs) {
      const upgraded: unknown = upgradeSpec(spec);
      assertEquals(upgraded, meaning("BASIC_CNN", spec));
    }
  });

  for (const { version, spec } of stored) {
    it(`reads ${spec.recipe ?? "a network"} of version ${version} as it was trained`, () => {
      const recipe = RECIPE_NAMES.find((name) => name === spec.recipe);
      const { network: _network, optimizer: _optimizer, ...settings } = spec;
      const means: unknown = recipe === undefined
        ? { engine: "AUTO", augmentation: [], startFrom: null, ...spec, version: 6 }
        : meaning(recipe, settings);
      assertEquals(upgradeSpec(spec), means);
    });
  }

  it("has a stored spec of every version", () => {
    assertEquals([...new Set(stored.map(({ version }) => version))], [1, 2, 3, 4, 5, 6]);
  });

  it("returns a spec of this version unchanged", () => {
    const spec = resolveSpec({ recipe: "DROPOUT_CNN" }, { trainSize: 10, testSize: 10 });
    assertEquals(upgradeSpec(JSON.parse(JSON.stringify(spec))), spec);
  });

  it("refuses a newer version, and a recipe that no version knew", () => {
    assertThrowsMatch(() => upgradeSpec({ version: 7, anything: [] }), {
      name: "UnsupportedSpecError",
      message: "the version of its spec must be 6 or older, got 7. " +
        "Use the version of epochql that wrote it.",
    });
    assertThrowsMatch(() => upgradeSpec({ recipe: "toString" }), {
      name: "UnsupportedSpecError",
      message: "its recipe must be one of BASIC_CNN, DROPOUT_CNN, " +
        'WIDE_KERNEL_CNN, got "toString".',
    });
  });
});
