/** Facts about datasets that are known without reading them. */
import { assertEquals } from "@std/assert";
import { assertThrowsMatch } from "../support/errors.ts";
import { describe, it } from "@std/testing/bdd";
import {
  catalogEntry,
  datasetNames,
  describeDataset,
  trainableDatasets,
} from "../../data/catalog.ts";

describe("describeDataset()", () => {
  it("describes every dataset without any permission", async () => {
    const module = JSON.stringify(import.meta.resolve("../../data/catalog.ts"));
    const child = new Deno.Command(Deno.execPath(), {
      args: [
        "eval",
        `import { describeDataset } from ${module};
        for (const name of ["read", "env", "net", "run", "ffi", "write", "sys"]) {
          await Deno.permissions.revoke({ name });
        }
        console.log(JSON.stringify(describeDataset("mnist")));`,
      ],
    });
    const { code, stdout, stderr } = await child.output();
    assertEquals(code, 0, new TextDecoder().decode(stderr));
    assertEquals(JSON.parse(new TextDecoder().decode(stdout)), {
      name: "mnist",
      reference: "mnist",
      title: "MNIST",
      trainSize: 60_000,
      testSize: 10_000,
      kind: "images",
      classes: ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
      imageShape: [28, 28, 1],
      mean: [0.1307],
      std: [0.3081],
    });
    for (const name of datasetNames) assertEquals(describeDataset(name).classes.length, 10);
  });

  it("has those for training that setup can download and verify, and no others", () => {
    const verifiable = datasetNames.filter((name) => {
      const { npm, mirrors, files } = catalogEntry(name);
      const published = Object.values(files).flatMap((split) => Object.values(split));
      return (npm !== undefined || mirrors.length > 0) &&
        published.every(({ sha256 }) => sha256 !== undefined);
    });
    assertEquals([...trainableDatasets], verifiable);
  });

  it("names the known datasets when asked for another", () => {
    assertThrowsMatch(() => describeDataset("MNIST"), {
      kind: "unknown-dataset",
      message: "Cannot use dataset 'MNIST': dataset must be one of mnist, fashion-mnist.",
    });
  });
});
