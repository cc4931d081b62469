/** The registry of formats: each holds every network that can be trained, with all its weights. */
import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { encodeExport, EXPORT_NAMES, exportFile, formatOfFile } from "../../exports/formats.ts";
import { sum } from "../../lib/sum.ts";
import { triedModels } from "./models.ts";

describe("the registry of formats", () => {
  for (const format of EXPORT_NAMES) {
    it(`holds every layer and preset in ${format}`, async () => {
      for (const { name, model } of await triedModels()) {
        const bytes = sum((await encodeExport(format, model)).map((part) => part.length));
        const counted = model.weights.filter((array) => array.shape.length > 0);
        const weights = sum(counted.map(({ values }) => values.byteLength));
        assert(bytes > weights, `${name}: ${bytes} bytes of ${weights}`);
      }
    });
  }

  it("finds formats by the names of their files", () => {
    for (const format of EXPORT_NAMES) assertEquals(formatOfFile(exportFile(format)), format);
    assertEquals(formatOfFile("model.saved_model"), "SAVED_MODEL");
    assertEquals(formatOfFile("model.caffe"), undefined);
  });
});
