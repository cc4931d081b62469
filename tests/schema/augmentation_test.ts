/** Augmentation in the API: what it accepts, what it refuses, and the picture of the samples. */
import { assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { useApi } from "../support/api.ts";

const CHECK = `query ($input: StartTrainingInput, $epoch: Int, $theme: Theme) {
  checkTraining(input: $input) {
    ok problems { path message } augmentedSamples(epoch: $epoch, theme: $theme) { svg }
  }
}`;
const START =
  `mutation ($input: StartTrainingInput) { startTraining(input: $input) { run { id input } } }`;

const AUGMENTATION = [{ randomCrop: { padding: 2 } }, { horizontalFlip: {} }];

describe("augmentation in the API", () => {
  const api = useApi();
  const check = async (input: object, variables: object = {}) =>
    (await api.ask(CHECK, { input, ...variables })).checkTraining;

  it("is given back complete by the run's input", async () => {
    const input = { augmentation: [...AUGMENTATION, { affine: { degrees: 5 } }] };
    const { startTraining: { run } } = await api.ask(START, { input });
    const complete = [
      { randomCrop: { padding: 2 } },
      { horizontalFlip: { p: 0.5 } },
      { affine: { degrees: 5, interpolation: "NEAREST" } },
    ];
    const stored = await api.readRun(run.id, "input augmentation");
    assertEquals([stored.input.augmentation, stored.augmentation], [complete, complete]);
    const plain = await api.ask(START, { input: {} });
    assertEquals("augmentation" in plain.startTraining.run.input, false);
  });

  it("is refused with the path to the value", async () => {
    const input = { augmentation: [{ horizontalFlip: {} }, { randomCrop: { padding: -2 } }] };
    const expected = [{
      path: ["input", "augmentation", "1", "randomCrop", "padding"],
      message: "Cannot train with padding -2: padding must be a whole number from 0 to 4096.",
    }];
    const { ok, problems, augmentedSamples } = await check(input);
    assertEquals([ok, problems, augmentedSamples], [false, expected, null]);
    const { extensions } = await api.refuse(START, { input });
    const refused = extensions["problems"] as readonly { path: readonly unknown[] }[];
    assertEquals(refused.map(({ path }) => path.map(String)), expected.map(({ path }) => path));
  });

  it("is drawn: ten samples above what they become", async () => {
    const input = { augmentation: AUGMENTATION, seed: 3 };
    const { augmentedSamples: { svg } } = await check(input);
    assertEquals(svg.match(/<image /g)?.length, 20);
    assertEquals((await check(input)).augmentedSamples.svg, svg);
    const others = [
      await check(input, { epoch: 2 }),
      await check({ ...input, seed: 4 }),
      await check({ ...input, augmentation: [{ erasing: { p: 1 } }] }),
      await check(input, { theme: "DARK" }),
    ];
    for (const other of others) assertNotEquals(other.augmentedSamples.svg, svg);
  });

  it("is drawn with as many samples as are trained on", async () => {
    const { augmentedSamples } = await check({ augmentation: AUGMENTATION, trainSamples: 3 });
    assertEquals(augmentedSamples.svg.match(/<image /g)?.length, 6);
  });

  it("has no picture without augmentation", async () => {
    assertEquals((await check({})).augmentedSamples, null);
    assertEquals((await check({ augmentation: [] })).augmentedSamples, null);
  });

  it("has no picture of an epoch that there cannot be", async () => {
    const input = { augmentation: AUGMENTATION };
    const { message } = await api.refuse(CHECK, { input, epoch: 0 });
    assertMatch(message, /^Cannot draw augmented samples.*epoch must be between 1 and 10000/);
  });
});
