/** Tables of features from import to a trained run, as from a terminal. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { fileURLToPath } from "node:url";
import { openDataset, openLabelled } from "../../data/storage/open.ts";
import { randomStream } from "../../data/random.ts";
import { parseRequest } from "../../ml/spec/resolve.ts";
import { storedSpecProblem } from "../../ml/spec/stored_spec.ts";
import { infoOf } from "../../data/storage/describe.ts";
import { assertFails } from "../support/errors.ts";
import { importDataset, importRequest, manifestOf } from "../support/import_dataset.ts";
import { startProgram } from "../support/program.ts";
import { folderPerTest } from "../support/temporary_folder.ts";

const folder = folderPerTest();

/** Writes a table of three kinds of flowers with petals of different length. */
async function writeFlowers(path: string): Promise<void> {
  const stream = randomStream(1, "init");
  const rows = Array.from({ length: 90 }, (_, at) => {
    const petal = (at % 3) * 2 - 1000 + stream.int(-50, 50) / 100;
    return `${petal};${stream.int(0, 9)};${["setosa", "versicolor", "virginica"][at % 3]}`;
  });
  await Deno.writeTextFile(path, "\ufeffpetal;noise;species\r\n" + rows.join("\r\n"));
}

async function importFlowers(dataFolder: string) {
  const path = folder.join("flowers.csv");
  await writeFlowers(path);
  const request = importRequest(path, { name: "flowers" });
  return manifestOf(await importDataset(dataFolder, request));
}

describe("a table of features", () => {
  it("becomes vectors with the mean and deviation of their training part", async () => {
    const { content } = await importFlowers(folder.path);
    const train = await openLabelled("flowers", "train", folder.path);
    assert("vectors" in train);
    assertEquals([train.count, train.vectors.length], [72, 144]);
    const petals = train.vectors.filter((_, at) => at % 2 === 0);
    const mean = petals.reduce((sum, value) => sum + value, 0) / 72;
    const variance = petals.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 72;
    assert(Math.abs((content.mean[0] ?? 0) * 255 - mean) < 1e-9 * 1000);
    assert(Math.abs((content.std[0] ?? 0) * 255 - Math.sqrt(variance)) < 1e-9);
    for (const [at, label] of train.labels.entries()) {
      assertEquals(Math.abs(Math.round(((petals[at] ?? 0) + 1000) / 2)), label);
    }
    const opened = openDataset("flowers", "train", folder.path);
    await assertFails(opened, /its samples must be images, got vectors/);
  });

  it("asks for a network that takes vectors", async () => {
    const info = infoOf(await importFlowers(folder.path));
    const problemOf = (request: Parameters<typeof parseRequest>[0]) => {
      const parsed = parseRequest(request, info);
      return parsed.ok ? "" : parsed.problems.map(({ message }) => message).join("\n");
    };
    const preset = problemOf({ network: { preset: "LENET" } });
    assertMatch(preset, /vectors of 2 features: linear layers/);
    assertMatch(problemOf({}), /vectors of 2 features/);
    const network = { layers: [{ linear: {} }] };
    const normalization = { mean: [0, 0], std: [1, 1] };
    assertMatch(problemOf({ network, normalization }), /the samples must be images, got vectors/);
    const augmentation = [{ randomCrop: { padding: 1 } }];
    assertMatch(problemOf({ network, augmentation }), /must be images, got vectors of 2 features/);
    const parsed = parseRequest({ network, seed: 1 }, info);
    assert(parsed.ok);
    const spec = { ...parsed.draft, seed: 1 };
    assertEquals(storedSpecProblem(JSON.parse(JSON.stringify(spec))), undefined);
  });

  it("is shown by 'datasets show' with the names and statistics of its columns", async () => {
    await importFlowers(folder.join("data"));
    const { code, stdout } = await startProgram({
      args: [
        "-A",
        fileURLToPath(new URL("../../cli/datasets.ts", import.meta.url)),
        ...["show", "flowers"],
      ],
      env: { EPOCHQL_HOME: folder.path },
    }).end;
    assertEquals(code, 0);
    assertMatch(stdout, /\n {2}features\n +petal: mean -99\d\.\d+, std 1\.\d+\n +noise: mean \d/);
  });

  it("trains from a terminal until its test samples are classified", async () => {
    await importFlowers(folder.join("data"));
    const train = async (...flags: readonly string[]) => {
      const program = startProgram({
        args: [
          "-A",
          fileURLToPath(new URL("../../cli/train.ts", import.meta.url)),
          ..."--dataset flowers --preset MLP --batch-size 8 --learning-rate 0.1 --seed 1".split(
            " ",
          ),
          ...flags,
        ],
        env: { EPOCHQL_HOME: folder.path },
      });
      return await program.end;
    };
    const { code, stdout, stderr } = await train("--epochs", "5");
    assertEquals(code, 0, stderr);
    assertMatch(stdout, /Epoch: 5, Train_acc:\d+\.\d%, .*Test_acc:100\.0%/);
  });
});
