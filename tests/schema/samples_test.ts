/** Datasets, their samples, batches and pictures, and the descriptions of recipes, through the API. */
import { assertEquals, assertMatch, assertNotStrictEquals, fail } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { decode } from "fast-png";
import { epochOrder } from "../../data/random.ts";
import { openDataset } from "../../data/storage/open.ts";
import type { RunStore } from "../../runs/store/store.ts";
import { LOCAL } from "../../schema/base/access.ts";
import { temporaryFolder } from "../../tools/processes.ts";
import { badInput, createApi, type Variables } from "../support/api.ts";
import { SMALL, smallDataset, smallDatasets } from "../support/datasets.ts";

const api = createApi({
  viewer: LOCAL,
  // Samples must be read without a look at runs.
  store: new Proxy({} as RunStore, {
    get: (_, name) => fail(`store.${String(name)} must not be used`),
  }),
  datasets: smallDatasets(),
});

const SAMPLES = `query ($split: Split, $first: Int, $after: String, $offset: Int, $label: Int) {
  samples(split: $split, first: $first, after: $after, offset: $offset, label: $label) {
    nodes { index label }
    edges { cursor node { index } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    totalCount
  }
}`;
const BATCH = `query ($split: Split, $batchSize: Int, $seed: Int, $epoch: Int, $number: Int) {
  batch(split: $split, batchSize: $batchSize, seed: $seed, epoch: $epoch, number: $number) {
    number batches shape values labels samples { index pixels }
  }
}`;

interface Page {
  readonly nodes: readonly { readonly index: number; readonly label: number }[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
  readonly totalCount: number;
}

const indicesOf = (items: readonly { readonly index: number }[]) => items.map(({ index }) => index);
const numbers = (length: number, from = 0) => Array.from({ length }, (_, at) => from + at);

async function page(variables: Variables): Promise<Page> {
  const { samples } = await api.ask(SAMPLES, variables);
  assertEquals(
    samples.edges.map((edge: { node: { index: number } }) => edge.node.index),
    indicesOf(samples.nodes),
  );
  return samples;
}

async function pages(variables: Variables): Promise<readonly Page[]> {
  const all: Page[] = [];
  for (let after: string | null = null;;) {
    const next: Page = await page({ ...variables, after });
    all.push(next);
    if (!next.pageInfo.hasNextPage) return all;
    after = next.pageInfo.endCursor;
  }
}

describe("Query.datasets", () => {
  it("describes MNIST without reading it", async () => {
    const query = "{ datasets { name trainSize testSize classes imageShape } }";
    assertEquals((await api.ask(query)).datasets[0], {
      ...{ name: "mnist", trainSize: 60_000, testSize: 10_000 },
      ...{ classes: [..."0123456789"], imageShape: [1, 28, 28] },
    });
  });
});

describe("Query.samples", () => {
  it("returns the first 20 training samples by default", async () => {
    const { samples } = await api.ask("{ samples { nodes { index label } totalCount } }");
    const nodes = numbers(20).map((index) => ({ index, label: index % 10 }));
    assertEquals(samples, { nodes, totalCount: SMALL.train });
  });

  it("pages through every sample once, in order", async () => {
    const all = await pages({ first: 7 });
    assertEquals(all.flatMap(({ nodes }) => indicesOf(nodes)), numbers(SMALL.train));
    assertEquals(all.map(({ pageInfo }) => pageInfo.hasPreviousPage), all.map((_, at) => at > 0));
  });

  it("has no next page after a last page that is full", async () => {
    const { nodes, pageInfo } = await page({ first: SMALL.test, split: "TEST" });
    assertEquals([nodes.length, pageInfo.hasNextPage], [SMALL.test, false]);
  });

  it("pages through the samples of one class", async () => {
    const all = await pages({ first: 2, label: 3 });
    assertEquals(
      all.flatMap(({ nodes }) => nodes),
      [3, 13, 23, 33, 43].map((index) => ({ index, label: 3 })),
    );
    assertEquals(all.map(({ totalCount }) => totalCount), [5, 5, 5]);
  });

  it("starts at an offset into all samples, one class, and those after a cursor", async () => {
    const { endCursor: after } = (await page({ first: 10 })).pageInfo;
    const rows = [
      [{ offset: 30 }, [30, 31]],
      [{ offset: 3, label: 3 }, [33, 43]],
      [{ after, offset: 5 }, [15, 16]],
      [{ after, offset: 1, label: 3 }, [23, 33]],
      [{ offset: SMALL.train + 5 }, []],
    ] as const;
    for (const [variables, expected] of rows) {
      assertEquals(indicesOf((await page({ first: 2, ...variables })).nodes), [...expected]);
    }
    const { pageInfo } = await page({ offset: SMALL.train - 1 });
    assertEquals([pageInfo.hasPreviousPage, pageInfo.hasNextPage], [true, false]);
  });

  it("continues from a cursor with another filter", async () => {
    const { pageInfo } = await page({ first: 3 });
    const { nodes } = await page({ first: 1, label: 3, after: pageInfo.endCursor });
    assertEquals(nodes, [{ index: 3, label: 3 }]);
  });

  it("returns an empty page after the last sample", async () => {
    const [whole] = await pages({ first: 50 });
    const { nodes, pageInfo } = await page({ after: whole?.pageInfo.endCursor });
    assertEquals(nodes, []);
    assertEquals(pageInfo, {
      ...{ hasNextPage: false, hasPreviousPage: true, startCursor: null, endCursor: null },
    });
  });

  it("shows pixels and a PNG of the same pixels", async () => {
    const { samples: { nodes: [sample] } } = await api.ask(
      "{ samples(first: 1, after: null, label: 7) { nodes { pixels image className } } }",
    );
    assertEquals([sample.pixels, sample.className], [[7, 100, 100, 100], "7"]);
    const { width, height, data } = decodePng(sample.image);
    assertEquals([width, height, [...data]], [2, 2, sample.pixels]);
  });

  it("gives each sample an id that loads it again", async () => {
    const { samples } = await api.ask("{ samples(first: 3, split: TEST) { nodes { id } } }");
    const { id } = samples.nodes[2];
    const query =
      "query ($id: ID!) { node(id: $id) { __typename id ... on Sample { index label } } }";
    const { node } = await api.ask(query, { id });
    assertEquals(node, { __typename: "Sample", id, index: 2, label: 2 });
  });

  it("draws the page in rows of ten, as SVG and as PNG", async () => {
    const { samples } = await api.ask("{ samples { picture { svg png(scale: 1) } } }");
    const { svg, png } = samples.picture;
    assertEquals(svg.match(/<image /g)?.length, 20);
    assertMatch(svg, /MNIST, training set/);
    const rows = new Set([...svg.matchAll(/<image x="\d+" y="(\d+)"/g)].map(([, y]) => y));
    assertEquals(rows.size, 2);
    const [, width, height] = /width="(\d+)" height="(\d+)"/.exec(svg) ?? [];
    const drawn = decodePng(png);
    assertEquals([drawn.width, drawn.height], [Number(width), Number(height)]);
  });

  it("draws in the theme that is requested", async () => {
    const query = "{ samples { light: picture { svg } dark: picture(theme: DARK) { svg } } }";
    const { samples } = await api.ask(query);
    assertNotStrictEquals(samples.light.svg, samples.dark.svg);
  });
});

describe("Query.batch", () => {
  const load = async (variables: Variables = {}) => (await api.ask(BATCH, variables)).batch;

  it("returns the first 32 samples of the training set by default", async () => {
    const { shape, number, batches, labels, values, samples } = await load();
    assertEquals([shape, number, batches], [[32, 1, 2, 2], 1, 2]);
    assertEquals(indicesOf(samples), numbers(32));
    assertEquals(labels, numbers(32).map((index) => index % 10));
    const pixels: number[] = samples.flatMap(({ pixels }: { pixels: number[] }) => pixels);
    assertEquals(values, pixels.map((value) => Math.fround(value / 255)));
  });

  it("has the shape that PyTorch users expect", async () => {
    const large = { images: new Uint8Array(64 * 28 * 28), imageShape: [28, 28, 1] } as const;
    const open = () => Promise.resolve({ ...smallDataset("mnist", "train", 64), ...large });
    const { batch } = await api.with({ datasets: { open } }).ask("{ batch { shape values } }");
    assertEquals(batch.shape, [32, 1, 28, 28]);
    assertEquals(batch.values.length, 32 * 28 * 28);
  });

  it("ends an epoch with a smaller batch", async () => {
    const { shape, samples } = await load({ batchSize: 20, number: 3 });
    assertEquals(shape, [10, 1, 2, 2]);
    assertEquals(indicesOf(samples), numbers(10, 40));
  });

  it("shuffles with a seed as a run with that seed does, each epoch anew", async () => {
    for (const epoch of [1, 2]) {
      const order = [...epochOrder(5, epoch, SMALL.train)];
      for (const number of [1, 2, 3]) {
        const { samples, labels } = await load({ seed: 5, epoch, number, batchSize: 20 });
        assertEquals(indicesOf(samples), order.slice(20 * (number - 1), 20 * number));
        assertEquals(labels, indicesOf(samples).map((index) => index % 10));
      }
    }
  });

  it("draws its samples", async () => {
    const { batch } = await api.ask("{ batch(split: TEST) { picture { svg } } }");
    assertEquals(batch.picture.svg.match(/<image /g)?.length, SMALL.test);
    assertMatch(batch.picture.svg, /MNIST, test set/);
  });

  it("refuses to draw more samples than a picture can show, as a page of samples does", async () => {
    const large = api.with({ datasets: smallDatasets(201) });
    const rows = [
      ["{ batch(batchSize: 201) { picture { svg } } }", "batchSize"],
      ["{ samples(first: 201) { picture { svg } } }", "first"],
    ] as const;
    for (const [query, argument] of rows) {
      const message = `Cannot draw 201 samples: ${argument} must be at most 200 for a picture.`;
      assertEquals(await large.refuse(query), badInput(message, argument));
    }
  });
});

describe("a dataset that cannot be read", () => {
  it("is UNAVAILABLE, with what to do about it", async () => {
    using folder = temporaryFolder();
    const { message, extensions } = await api.with({
      datasets: { open: (name, split) => openDataset(name, split, folder.path) },
    }).refuse("{ samples { totalCount } }");
    assertMatch(message, /^Cannot read .*deno task setup/);
    assertEquals(extensions, { code: "UNAVAILABLE" });
  });
});

describe("Query.node", () => {
  it("is null for a sample that does not exist", async () => {
    for (const key of ["mnist:train:50", "mnist:train:-1", "mnist:validation:1", "x"]) {
      const query = "query ($id: ID!) { node(id: $id) { id } }";
      assertEquals(await api.ask(query, { id: btoa(`Sample:${key}`) }), { node: null }, key);
    }
  });
});

describe("Query.modelSummary", () => {
  it("summarises the default recipe, with a table", async () => {
    const { modelSummary } = await api.ask(
      "{ modelSummary { name totalParameters trainableParameters text layers { name kind outputShape parameters } } }",
    );
    assertEquals([modelSummary.name, modelSummary.totalParameters], ["BASIC_CNN", 121_930]);
    assertEquals(modelSummary.layers[0], {
      ...{ name: "conv1", kind: "Conv2d", outputShape: [32, 26, 26], parameters: 320 },
    });
    assertMatch(modelSummary.text, /Total params: 121,930/);
  });

  it("summarises the default recipe for a recipe that is null", async () => {
    const { modelSummary } = await api.ask("{ modelSummary(recipe: null) { name } }");
    assertEquals(modelSummary.name, "BASIC_CNN");
  });
});

describe("Query.recipes", () => {
  it("shows the defaults of each recipe", async () => {
    const { recipes } = await api.ask(
      "{ recipes { recipe epochs batchSize learningRate optimizer model { totalParameters } } }",
    );
    assertEquals(recipes[1], {
      ...{ recipe: "DROPOUT_CNN", epochs: 10, batchSize: 64, learningRate: 0.01 },
      ...{ optimizer: "SGD, momentum 0.5", model: { totalParameters: 1_199_882 } },
    });
  });

  it("describes recipes with their numbers of parameters", async () => {
    const { recipes, __type } = await api.ask(
      `{ recipes { recipe model { totalParameters } } __type(name: "Recipe") { enumValues { name description } } }`,
    );
    for (const { recipe, model } of recipes) {
      const found = __type.enumValues.find(({ name }: { name: string }) => name === recipe);
      const count = model.totalParameters.toLocaleString("en-US");
      assertMatch(found.description, new RegExp(`${count}\\s+parameters`));
    }
  });
});

function decodePng(url: string) {
  const [, base64 = ""] = url.split("data:image/png;base64,");
  return decode(Uint8Array.fromBase64(base64));
}
