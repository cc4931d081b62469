/** Datasets, their samples, batches and pictures, through the API. */
import { assertEquals, assertMatch, assertNotStrictEquals, fail } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { decode } from "fast-png";
import { openDataset } from "../../data/storage/open.ts";
import { epochOrder } from "../../data/random.ts";
import { LOCAL } from "../../schema/base/access.ts";
import type { ApiContext } from "../../schema/base/context.ts";
import type { RunStore } from "../../runs/store/store.ts";
import { ask, refuse, SMALL, smallDatasets } from "./support.ts";

const context: ApiContext = {
  viewer: LOCAL,
  // Nothing here may touch runs.
  store: new Proxy({} as RunStore, {
    get: (_, name) => fail(`store.${String(name)} must not be used`),
  }),
  datasets: smallDatasets,
};

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

async function page(variables: Readonly<Record<string, unknown>>): Promise<Page> {
  const { samples } = await ask(
    context,
    `query ($split: Split, $first: Int, $after: String, $offset: Int, $label: Int) {
      samples(split: $split, first: $first, after: $after, offset: $offset, label: $label) {
        nodes { index label }
        edges { cursor node { index } }
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
        totalCount
      }
    }`,
    variables,
  );
  assertEquals(
    samples.edges.map((edge: { node: { index: number } }) => edge.node.index),
    samples.nodes.map((node: { index: number }) => node.index),
  );
  return samples;
}

async function pages(variables: Readonly<Record<string, unknown>>): Promise<readonly Page[]> {
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
    const { datasets } = await ask(
      context,
      "{ datasets { name trainSize testSize classes imageShape } }",
    );
    assertEquals(datasets[0], {
      name: "mnist",
      trainSize: 60_000,
      testSize: 10_000,
      classes: ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
      imageShape: [1, 28, 28],
    });
  });
});

describe("Query.samples", () => {
  it("gives the first 20 training samples when nothing is asked for", async () => {
    const { samples } = await ask(context, "{ samples { nodes { index label } totalCount } }");
    assertEquals(samples.totalCount, SMALL.train);
    assertEquals(
      samples.nodes,
      Array.from({ length: 20 }, (_, index) => ({ index, label: index % 10 })),
    );
  });

  it("pages through every sample once, in order", async () => {
    const all = await pages({ first: 7 });
    assertEquals(
      all.flatMap(({ nodes }) => nodes.map((node) => node.index)),
      Array.from({ length: SMALL.train }, (_, index) => index),
    );
    assertEquals(all.map(({ pageInfo }) => pageInfo.hasPreviousPage), all.map((_, at) => at > 0));
  });

  it("says that there is no next page when the last one is full", async () => {
    const { nodes, pageInfo } = await page({ first: SMALL.test, split: "TEST" });
    assertEquals(nodes.length, SMALL.test);
    assertEquals(pageInfo.hasNextPage, false);
  });

  it("pages through the samples of one class", async () => {
    const all = await pages({ first: 2, label: 3 });
    assertEquals(
      all.flatMap(({ nodes }) => nodes),
      [3, 13, 23, 33, 43].map((index) => ({ index, label: 3 })),
    );
    assertEquals(all.map(({ totalCount }) => totalCount), [5, 5, 5]);
  });

  it("begins in the middle, of all samples, of one class and of what lies after a cursor", async () => {
    const indices = async (variables: Readonly<Record<string, unknown>>) =>
      (await page({ first: 2, ...variables })).nodes.map(({ index }) => index);
    assertEquals(await indices({ offset: 30 }), [30, 31]);
    assertEquals(await indices({ offset: 3, label: 3 }), [33, 43]);
    const { pageInfo } = await page({ first: 10 });
    assertEquals(await indices({ after: pageInfo.endCursor, offset: 5 }), [15, 16]);
    assertEquals(await indices({ after: pageInfo.endCursor, offset: 1, label: 3 }), [23, 33]);
    assertEquals(await indices({ offset: SMALL.train + 5 }), []);
    const last = await page({ offset: SMALL.train - 1 });
    assertEquals([last.pageInfo.hasPreviousPage, last.pageInfo.hasNextPage], [true, false]);
  });

  it("goes on from a cursor with another filter", async () => {
    const { pageInfo } = await page({ first: 3 });
    const { nodes } = await page({ first: 1, label: 3, after: pageInfo.endCursor });
    assertEquals(nodes, [{ index: 3, label: 3 }]);
  });

  it("gives an empty page after the last sample", async () => {
    const all = await pages({ first: 50 });
    const { nodes, pageInfo } = await page({ after: all[0]?.pageInfo.endCursor });
    assertEquals(nodes, []);
    assertEquals(pageInfo, {
      hasNextPage: false,
      hasPreviousPage: true,
      startCursor: null,
      endCursor: null,
    });
  });

  it("shows pixels and a PNG of the same pixels", async () => {
    const { samples } = await ask(
      context,
      "{ samples(first: 1, after: null, label: 7) { nodes { pixels image className } } }",
    );
    const [{ pixels, image, className }] = samples.nodes;
    assertEquals(pixels, [7, 100, 100, 100]);
    assertEquals(className, "7");
    const [, base64 = ""] = image.split("data:image/png;base64,");
    const png = decode(Uint8Array.fromBase64(base64));
    assertEquals([png.width, png.height, [...png.data]], [2, 2, pixels]);
  });

  it("gives each sample an id that loads it again", async () => {
    const { samples } = await ask(context, "{ samples(first: 3, split: TEST) { nodes { id } } }");
    const { id } = samples.nodes[2];
    const { node } = await ask(
      context,
      "query ($id: ID!) { node(id: $id) { __typename id ... on Sample { index label } } }",
      { id },
    );
    assertEquals(node, { __typename: "Sample", id, index: 2, label: 2 });
  });

  it("draws the page ten in a row, as SVG and as PNG", async () => {
    const { samples } = await ask(context, "{ samples { picture { svg png(scale: 1) } } }");
    const { svg, png } = samples.picture;
    assertEquals(svg.match(/<image /g)?.length, 20);
    assertMatch(svg, /MNIST, training set/);
    const rows = new Set([...svg.matchAll(/<image x="\d+" y="(\d+)"/g)].map(([, y]) => y));
    assertEquals(rows.size, 2);
    const [, width, height] = /width="(\d+)" height="(\d+)"/.exec(svg) ?? [];
    const [, base64 = ""] = png.split("data:image/png;base64,");
    const drawn = decode(Uint8Array.fromBase64(base64));
    assertEquals([drawn.width, drawn.height], [Number(width), Number(height)]);
  });

  it("draws on dark if asked to", async () => {
    const { samples } = await ask(
      context,
      "{ samples { light: picture { svg } dark: picture(theme: DARK) { svg } } }",
    );
    assertNotStrictEquals(samples.light.svg, samples.dark.svg);
  });

  const refusals: readonly (readonly [string, string, string, readonly string[]])[] = [
    ["first: 0", "first must be between 1 and 1000, got 0.", "page through samples", ["first"]],
    ["first: 1001", "first must be between 1 and 1000, got 1001.", "page through samples", [
      "first",
    ]],
    ["label: 10", "label must be between 0 and 9, got 10.", "page through samples", ["label"]],
    ["label: -1", "label must be between 0 and 9, got -1.", "page through samples", ["label"]],
    [
      `dataset: "cifar"`,
      "dataset must be mnist or fashion-mnist, got 'cifar'.",
      "page through samples",
      ["dataset"],
    ],
    [
      `after: "nonsense"`,
      "after must be a cursor of this connection, got 'nonsense'. Start again without after.",
      "page through samples of mnist (train)",
      ["after"],
    ],
  ];
  for (const [argument, rule, purpose, path] of refusals) {
    it(`refuses ${argument}`, async () => {
      assertEquals(await refuse(context, `{ samples(${argument}) { totalCount } }`), {
        message: `Cannot ${purpose}: ${rule}`,
        extensions: { code: "BAD_USER_INPUT", path },
      });
    });
  }

  it("refuses a cursor of another split", async () => {
    const { pageInfo } = await page({ first: 1, split: "TEST" });
    const { extensions } = await refuse(
      context,
      "query ($after: String) { samples(after: $after) { totalCount } }",
      { after: pageInfo.endCursor },
    );
    assertEquals(extensions, { code: "BAD_USER_INPUT", path: ["after"] });
  });
});

interface SampleBatch {
  readonly number: number;
  readonly batches: number;
  readonly shape: readonly number[];
  readonly values: readonly number[];
  readonly labels: readonly number[];
  readonly samples: readonly { readonly index: number; readonly pixels: readonly number[] }[];
}

describe("Query.batch", () => {
  const load = async (variables: Readonly<Record<string, unknown>> = {}): Promise<SampleBatch> => {
    const { batch } = await ask(
      context,
      `query ($split: Split, $batchSize: Int, $seed: Int, $epoch: Int, $number: Int) {
        batch(split: $split, batchSize: $batchSize, seed: $seed, epoch: $epoch, number: $number) {
          number batches shape values labels samples { index pixels }
        }
      }`,
      variables,
    );
    return batch;
  };
  const indicesOf = (batch: SampleBatch) => batch.samples.map((sample) => sample.index);

  it("gives the first 32 samples of the training set when nothing is asked for", async () => {
    const { batch } = await ask(
      context,
      "{ batch { number batches shape values labels samples { index pixels } } }",
    );
    assertEquals(batch.shape, [32, 1, 2, 2]);
    assertEquals(batch.number, 1);
    assertEquals(batch.batches, 2);
    assertEquals(indicesOf(batch), Array.from({ length: 32 }, (_, index) => index));
    assertEquals(batch.labels, Array.from({ length: 32 }, (_, index) => index % 10));
    const pixels: readonly number[] = batch.samples.flatMap((sample: { pixels: number[] }) =>
      sample.pixels
    );
    assertEquals(batch.values, pixels.map((value) => Math.fround(value / 255)));
  });

  it("has the shape that PyTorch users expect", async () => {
    const images = new Uint8Array(64 * 28 * 28);
    const open: ApiContext["datasets"]["open"] = async (...args) => ({
      ...await smallDatasets.open(...args),
      count: 64,
      images,
      labels: new Uint8Array(64),
      imageShape: [28, 28, 1],
    });
    const { batch } = await ask({ ...context, datasets: { open } }, "{ batch { shape values } }");
    assertEquals(batch.shape, [32, 1, 28, 28]);
    assertEquals(batch.values.length, 32 * 28 * 28);
  });

  it("ends an epoch with what is left", async () => {
    const last = await load({ batchSize: 20, number: 3 });
    assertEquals(last.shape, [10, 1, 2, 2]);
    assertEquals(indicesOf(last), Array.from({ length: 10 }, (_, at) => 40 + at));
  });

  it("shuffles with a seed as a run with that seed does, each epoch anew", async () => {
    for (const epoch of [1, 2]) {
      const order = [...epochOrder(5, epoch, SMALL.train)];
      for (const number of [1, 2, 3]) {
        const batch = await load({ seed: 5, epoch, number, batchSize: 20 });
        assertEquals(indicesOf(batch), order.slice(20 * (number - 1), 20 * number));
        assertEquals(batch.labels, indicesOf(batch).map((index) => index % 10));
      }
    }
  });

  it("draws its samples", async () => {
    const { batch } = await ask(context, "{ batch(split: TEST) { picture { svg } } }");
    assertEquals(batch.picture.svg.match(/<image /g)?.length, SMALL.test);
    assertMatch(batch.picture.svg, /MNIST, test set/);
  });

  const refusals: readonly (readonly [string, string])[] = [
    ["batchSize: 0", "batchSize must be between 1 and 256, got 0."],
    ["batchSize: 257", "batchSize must be between 1 and 256, got 257."],
    ["seed: -1", "seed must be between 0 and 2147483647, got -1."],
    ["epoch: 0", "epoch must be 1 or more, got 0."],
    ["number: 0", "number must be 1 or more, got 0."],
    ["number: 3", "number must be between 1 and 2, got 3."],
    ['dataset: "x"', "dataset must be mnist or fashion-mnist, got 'x'."],
  ];
  for (const [argument, rule] of refusals) {
    it(`refuses ${argument}`, async () => {
      assertEquals(await refuse(context, `{ batch(${argument}) { number } }`), {
        message: `Cannot load a batch: ${rule}`,
        extensions: { code: "BAD_USER_INPUT", path: [argument.split(":")[0]] },
      });
    });
  }

  it("refuses to draw more samples than a picture can show", async () => {
    const large: ApiContext = {
      ...context,
      datasets: {
        open: async (name, split) => {
          const small = await smallDatasets.open(name, split);
          const labels = new Uint8Array(201);
          return { ...small, count: 201, labels, images: new Uint8Array(201 * 4) };
        },
      },
    };
    for (
      const [query, argument] of [
        ["{ batch(batchSize: 201) { picture { svg } } }", "batchSize"],
        ["{ samples(first: 201) { picture { svg } } }", "first"],
      ] as const
    ) {
      assertEquals(await refuse(large, query), {
        message: `Cannot draw 201 samples: ${argument} must be at most 200 for a picture.`,
        extensions: { code: "BAD_USER_INPUT", path: [argument] },
      });
    }
  });
});

describe("datasets that cannot be read", () => {
  it("are UNAVAILABLE, with what to do about it", async () => {
    const folder = await Deno.makeTempDir({ prefix: "epochql-schema-" });
    try {
      const { message, extensions } = await refuse(
        { ...context, datasets: { open: (name, split) => openDataset(name, split, folder) } },
        "{ samples { totalCount } }",
      );
      assertMatch(message, /^Cannot read .*deno task setup/);
      assertEquals(extensions, { code: "UNAVAILABLE" });
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
});

describe("Query.node", () => {
  const lookUp = "query ($id: ID!) { node(id: $id) { id } }";
  const encode = (text: string) => btoa(text);

  it("gives null for a sample that is not there", async () => {
    for (const key of ["mnist:train:50", "mnist:train:-1", "mnist:validation:1", "x"]) {
      assertEquals((await ask(context, lookUp, { id: encode(`Sample:${key}`) })).node, null, key);
    }
  });

  it("refuses what is not an id", async () => {
    for (
      const id of ["", "7", encode("Dataset:mnist"), encode("Sample:"), encode("Sample:x") + "?"]
    ) {
      assertEquals(await refuse(context, lookUp, { id }), {
        message: `Cannot load a node: id must be the id of a Run or a Sample, got '${id}'.`,
        extensions: { code: "BAD_USER_INPUT", path: ["id"] },
      });
    }
  });
});

describe("Query.modelSummary", () => {
  it("sums the default recipe up, with a table", async () => {
    const { modelSummary } = await ask(
      context,
      "{ modelSummary { name totalParameters trainableParameters text layers { name kind outputShape parameters } } }",
    );
    assertEquals(modelSummary.name, "BASIC_CNN");
    assertEquals(modelSummary.totalParameters, 121_930);
    assertEquals(modelSummary.layers[0], {
      name: "conv1",
      kind: "Conv2d",
      outputShape: [32, 26, 26],
      parameters: 320,
    });
    assertMatch(modelSummary.text, /Total params: 121,930/);
  });

  it("takes a null recipe for the default", async () => {
    const { modelSummary } = await ask(context, "{ modelSummary(recipe: null) { name } }");
    assertEquals(modelSummary.name, "BASIC_CNN");
  });
});

describe("Query.recipes", () => {
  it("shows what each recipe takes where nothing else is asked for", async () => {
    const { recipes } = await ask(
      context,
      "{ recipes { recipe epochs batchSize learningRate optimizer model { totalParameters } } }",
    );
    assertEquals(recipes[1], {
      recipe: "DROPOUT_CNN",
      epochs: 10,
      batchSize: 64,
      learningRate: 0.01,
      optimizer: "SGD, momentum 0.5",
      model: { totalParameters: 1_199_882 },
    });
  });

  it("describes them with the numbers of parameters that they have", async () => {
    const { recipes, __type } = await ask(
      context,
      `{ recipes { recipe model { totalParameters } } __type(name: "Recipe") { enumValues { name description } } }`,
    );
    for (const { recipe, model } of recipes) {
      const { description } = __type.enumValues.find((each: { name: string }) =>
        each.name === recipe
      );
      assertMatch(
        description,
        new RegExp(`${model.totalParameters.toLocaleString("en-US")}\\s+parameters`),
      );
    }
  });
});
