/** The pictures of curves: sizes, words, lines, and that the same curves give the same file. */
import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import { decode } from "fast-png";
import { compact, lossText } from "../../lib/format.ts";
import { accuracyRange, isLogarithmic, type LossScale } from "../../pictures/chart_parts.ts";
import { comparisonOption, lineStyleOf, MAX_COMPARED } from "../../pictures/comparison_option.ts";
import { curvesOption, type EpochPoint } from "../../pictures/curves_option.ts";
import { comparisonSvg, curvesSvg } from "../../pictures/curves_svg.ts";
import { PALETTES } from "../../pictures/palette.ts";
import { svgToPdf } from "../../pictures/svg_to_pdf.ts";
import { svgToPng } from "../../pictures/svg_to_png.ts";
import { colorsOf, textsOf } from "./look.ts";
import { forAll, forAllAsync } from "../support/for_all.ts";

const EPOCHS: readonly EpochPoint[] = [
  { number: 1, trainAcc: 0.776, trainLoss: 0.744, testAcc: 0.911, testLoss: 0.284 },
  { number: 2, trainAcc: 0.941, trainLoss: 0.196, testAcc: 0.962, testLoss: 0.128 },
  { number: 3, trainAcc: 0.962, trainLoss: 0.123, testAcc: 0.975, testLoss: 0.089 },
];

describe("curvesSvg()", () => {
  it("says what it shows, in which units", () => {
    const texts = textsOf(curvesSvg(EPOCHS, { title: "BASIC_CNN, seed 1" }));
    const countOf = (text: string) => texts.filter((found) => found === text).length;
    const once = ["BASIC_CNN, seed 1", "train", "test", "Accuracy (%)", "Loss (nats / sample)"];
    for (const text of once) assertEquals(countOf(text), 1, text);
    assertEquals(countOf("Epoch"), 2);
    assert(texts.includes("100") && texts.includes("75"), "accuracies are in per cent");
  });

  it("has the size that is asked for", () => {
    assertMatch(curvesSvg(EPOCHS), /^<svg [^>]*width="960" height="420"/);
    const small = curvesSvg(EPOCHS, { width: 600, height: 300 });
    assertMatch(small, /^<svg [^>]*width="600" height="300"/);
  });

  it("gives the same file for the same curves, however many were drawn before", () => {
    const first = curvesSvg(EPOCHS, { title: "one" });
    curvesSvg(EPOCHS.slice(1), { theme: "dark" });
    assertEquals(curvesSvg(EPOCHS, { title: "one" }), first);
    assertNotEquals(curvesSvg(EPOCHS, { title: "other" }), first);
  });

  it("draws a run without epochs, and with one", () => {
    for (const epochs of [[], EPOCHS.slice(0, 1)]) {
      const texts = textsOf(curvesSvg(epochs, { epochs: 3 }));
      assertEquals(texts.filter((text) => text === "Epoch").length, 2);
    }
  });

  it("leaves room on the axis for the epochs that are to come", () => {
    assert(!textsOf(curvesSvg(EPOCHS)).includes("12"));
    assert(textsOf(curvesSvg(EPOCHS, { epochs: 12 })).includes("12"));
  });

  it("is XML whatever the title is", async () => {
    const hard = ["مرحبا", "שלום", "हिन्दी", "👩‍👩‍👧", "a\u0301 & <b>", "--><g/>", "url(#x)"];
    await forAllAsync([fc.string({ maxLength: 30 })], async (title) => {
      const svg = curvesSvg(EPOCHS, { title: title.replace(/\p{Cc}/gu, "") });
      await svgToPng(svg, 0.1);
      await svgToPdf(svg);
    }, { numRuns: 20, examples: hard.map((title) => [title]) });
    const texts = textsOf(curvesSvg(EPOCHS, { title: `<b> & "c"` }));
    assert(texts.includes(`<b> & "c"`), texts.join());
  });
});

describe("the PNG of curves", () => {
  it("has the size times the scale, and both lines in their colours", async () => {
    for (const [theme, scale] of [["light", 1], ["dark", 2]] as const) {
      const image = decode(await svgToPng(curvesSvg(EPOCHS, { theme }), scale));
      assertEquals([image.width, image.height], [960 * scale, 420 * scale]);
      const colors = colorsOf(image);
      const { background, train, test } = PALETTES[theme];
      assert((colors.get(background) ?? 0) > 0.8 * image.width * image.height);
      for (const color of [train, test]) {
        assert((colors.get(color) ?? 0) > 500 * scale, `${color} in ${theme}`);
      }
    }
  });

  it("has letters: the fonts are bundled", async () => {
    const inked = async (title: string) => {
      const image = decode(await svgToPng(curvesSvg(EPOCHS, { title, height: 420 }), 1));
      return colorsOf(image).get(PALETTES.light.ink) ?? 0;
    };
    assert(await inked("MMMMMMMMMMMMMMMMMMMM") > await inked(".") + 500);
  });
});

describe("curvesOption()", () => {
  const lines = (option: ReturnType<typeof curvesOption>) =>
    option.series as { name: string; data: readonly (readonly [number, number])[] }[];

  it("draws what it is given, unchanged", () => {
    const [batch, trend, train, test] = lines(
      curvesOption(EPOCHS, {
        batches: [{ epoch: 0.5, acc: 0.25, loss: 2 }],
        trend: { means: [{ epoch: 0.5, acc: 0.5, loss: 3 }], epochs: 0.1 },
      }),
    );
    assertEquals(batch?.data, [[0.5, 0.25]]);
    assertEquals(trend?.data, [[0.5, 0.5]]);
    assertEquals(train?.data, [[1, 0.776], [2, 0.941], [3, 0.962]]);
    assertEquals(test?.data, [[1, 0.911], [2, 0.962], [3, 0.975]]);
  });

  it("draws a part of the axis alone, its lines to the edges, and fits the accuracies to it", () => {
    const batches = Array.from({ length: 40 }, (_, at) => ({
      ...{ epoch: at / 10, acc: at < 15 ? 0.1 : 0.96, loss: 1 / (at + 1) },
    }));
    const option = curvesOption(EPOCHS, {
      batches,
      range: { from: 1.95, to: 2.45, stepsPerEpoch: 10 },
    });
    const [batch, , train] = lines(option);
    assertEquals(batch?.data.map(([epoch]) => epoch), [1.9, 2, 2.1, 2.2, 2.3, 2.4, 2.5]);
    assertEquals(train?.data.map(([epoch]) => epoch), [1, 2, 3]);
    const [axis] = option.xAxis as { min: number; max: number }[];
    assertEquals([axis?.min, axis?.max], [1.95, 2.45]);
    const [accuracy] = option.yAxis as { min: number; max: number }[];
    assert(accuracy && accuracy.min > 0.9 && accuracy.max === 1);
  });

  it("labels whole epochs of a part, or steps where it has fewer than two", () => {
    const batches = Array.from({ length: 400 }, (_, at) => ({ epoch: at / 100, acc: 1, loss: 1 }));
    const numbersOf = (from: number, to: number) => {
      const range = { from, to, stepsPerEpoch: 938 };
      const texts = textsOf(curvesSvg([], { batches, range, epochs: 4 }));
      assertEquals(texts.filter((text) => ["Epoch", "Step"].includes(text)).length, 2);
      const [first = 0, last = 0] = [texts.indexOf("100") + 1, texts.length];
      return [texts.slice(first, last).join(" "), texts.includes("Epoch")] as const;
    };
    const [epochs, areEpochs] = numbersOf(0.63, 3.4);
    assert(areEpochs && /\b1 2 3\b/.test(epochs), epochs);
    const [steps, areSteps] = numbersOf(0.63, 1.66);
    assert(!areSteps && /\b600 800 1,000 1,200 1,400\b/.test(steps), steps);
  });

  it("keeps the axis of accuracies while it trains: it narrows once, then only grows", () => {
    const accuracies = fc.double({ min: 0, max: 1, noNaN: true });
    const runs = fc.array(
      fc.record({ trainAcc: accuracies, testAcc: accuracies, validationAcc: accuracies }),
      { minLength: 2, maxLength: 30 },
    );
    forAll([runs], (metrics) => {
      const epochs = metrics.map((of, at) => ({
        ...{ ...of, number: at + 1, trainLoss: 1, testLoss: 1, validationLoss: 1 },
      }));
      const batches = [{ epoch: 0.5, acc: 0.1, loss: 2.3 }];
      const floors = Array.from({ length: epochs.length + 1 }, (_, count) => {
        const shown = epochs.slice(0, count);
        const [axis] = curvesOption(shown, { batches }).yAxis as { min: number; max: number }[];
        assertEquals(axis?.max, 1);
        const floor = axis?.min ?? NaN;
        if (count >= 2) {
          for (const { trainAcc, testAcc, validationAcc } of shown) {
            assert(Math.min(trainAcc, testAcc, validationAcc) >= floor);
          }
        }
        return floor;
      });
      assertEquals(floors.slice(0, 2), [0, 0]);
      const narrowed = floors.slice(2);
      assertEquals(narrowed, narrowed.toSorted((a, b) => b - a));
    });
  });

  it("changes the axis of accuracies rarely, and that of losses never, in a usual training", () => {
    const epochs: EpochPoint[] = Array.from({ length: 20 }, (_, at) => ({
      ...{ number: at + 1, trainAcc: 0.98 - 0.2 * Math.exp(-at), trainLoss: 2 / (at + 2) },
      ...{ testAcc: 0.985 - 0.08 * Math.exp(-at / 2), testLoss: 1 / (at + 2) },
    }));
    const batches = Array.from({ length: 200 }, (_, at) => ({
      ...{ epoch: (at + 1) / 10, acc: 1 - Math.exp(-at / 9), loss: 2.3 * Math.exp(-at / 20) },
    }));
    const axes = epochs.map((_, at) => {
      const svg = curvesSvg(epochs.slice(0, at + 1), {
        batches: batches.slice(0, 10 * (at + 1)),
        epochs: 20,
      });
      return textsOf(svg).filter((text) => /^[\d.]+$/.test(text)).join(" ");
    });
    assertEquals(new Set(axes).size, 2);
    assertEquals(new Set(axes.slice(1)).size, 1);
  });

  it("begins its axis at the start of training when batches are shown", () => {
    const [axis] = curvesOption(EPOCHS).xAxis as { min: number }[];
    assertEquals(axis?.min, 1);
    const batches = [{ epoch: 0.5, acc: 0.25, loss: 2 }];
    const [withBatches] = curvesOption(EPOCHS, { batches }).xAxis as { min: number }[];
    assertEquals(withBatches?.min, 0);
  });
});

describe("the loss axis", () => {
  const axisOf = (losses: readonly number[], lossScale?: LossScale) => {
    const [last] = EPOCHS.slice(-1);
    const epochs = last
      ? losses.map((loss, at) => ({ ...last, number: at + 1, testLoss: loss }))
      : [];
    const [, axis] = curvesOption(epochs, { ...lossScale && { lossScale } }).yAxis as {
      type: string;
    }[];
    return axis?.type;
  };

  it("is logarithmic by itself where a training diverges, and otherwise on request", () => {
    assertEquals(axisOf([2.3, 0.5, 0.00001]), "value");
    assertEquals(axisOf([2.3, 2.9e19]), "log");
    assertEquals(axisOf([2.3, 2.9e19], "linear"), "value");
    assertEquals(axisOf([2.3, 0.5], "log"), "log");
    assertEquals(isLogarithmic([0, 0], "log"), false);
  });

  it("has numbers that fit in front of it", () => {
    assertEquals([0, 0.5, 2.5, 30_000, 6.000000000000001e25, 2.9051e19, 0.00001].map(compact), [
      ...["0", "0.5", "2.5", "30000", "6e25", "2.91e19", "1e-5"],
    ]);
  });

  it("and tables have losses of four digits, however large they become", () => {
    assertEquals([0.123456, 2.30258, 99_999, 29051904380503908352].map((loss) => lossText(loss)), [
      ...["0.1235", "2.3026", "99999.0000", "2.91e19"],
    ]);
    assertEquals(lossText(0.123456, 3), "0.123");
  });

  it("is drawn with a loss beyond all others", () => {
    const [first] = EPOCHS;
    const diverged = first ? [first, { ...first, number: 2, testLoss: 6e25, trainLoss: 4e24 }] : [];
    const texts = textsOf(curvesSvg(diverged));
    assert(texts.every((text) => text.length < 60), texts.join());
  });
});

describe("accuracyRange()", () => {
  it("holds every accuracy, on at most six ticks that people can read", () => {
    forAll([fc.double({ min: 0, max: 1, noNaN: true })], (lowest) => {
      const { min, max, interval } = accuracyRange(lowest);
      assert(min >= 0 && min <= lowest && max === 1);
      assert((max - min) / interval <= 6.001, `${min} ${interval}`);
      const percents = min * 100;
      assert(Math.abs(percents * 2 - Math.round(percents * 2)) < 1e-6, String(min));
    });
  });
});

describe("comparisonOption()", () => {
  it("draws each run's metric of the split, and nothing else", () => {
    const runs = [{ name: "a", epochs: EPOCHS }, { name: "b", epochs: EPOCHS.slice(0, 1) }];
    const drawn = (split: "train" | "test") =>
      (comparisonOption(runs, { split }).series as { name: string; data: unknown }[])
        .map(({ name, data }) => [name, data]);
    assertEquals(drawn("test"), [
      ["a", [[1, 0.911], [2, 0.962], [3, 0.975]]],
      ["a", [[1, 0.284], [2, 0.128], [3, 0.089]]],
      ["b", [[1.05, 0.911]]],
      ["b", [[1.05, 0.284]]],
    ]);
    assertEquals(drawn("train")[3], ["b", [[1.05, 0.744]]]);
  });

  it("draws runs of one epoch beside each other and beside the axis", () => {
    const epochs = EPOCHS.slice(0, 1);
    const runs = Array.from({ length: MAX_COMPARED }, (_, at) => ({ name: `${at}`, epochs }));
    const { series, xAxis } = comparisonOption(runs, { split: "test" });
    const places = (series as { data: readonly [number, number][] }[])
      .map(({ data: [[epoch] = [NaN]] }) => +epoch.toFixed(2));
    assertEquals(new Set(places).size, MAX_COMPARED);
    assert(places.every((place) => place > 0.5 && place < 1.5), places.join());
    assertEquals((xAxis as { min: number; max: number }[]).map(({ min, max }) => [min, max]), [
      ...[[0, 2], [0, 2]],
    ]);
  });

  it("tells eight runs apart, by colours alone as well", () => {
    for (const theme of ["light", "dark"] as const) {
      assertEquals(new Set(PALETTES[theme].lines).size, MAX_COMPARED);
      const styleOf = (_: unknown, index: number) => JSON.stringify(lineStyleOf(index, theme));
      const styles = Array.from({ length: MAX_COMPARED }, styleOf);
      assertEquals(new Set(styles).size, MAX_COMPARED);
    }
  });
});

describe("comparisonSvg()", () => {
  const runs = (names: readonly string[]) => names.map((name) => ({ name, epochs: EPOCHS }));

  it("names every run in its legend, those of the same name by number", () => {
    const texts = textsOf(comparisonSvg(runs(["a", "b", "a"]), { split: "test" }));
    for (const name of ["a", "b", "a (2)"]) {
      assertEquals(texts.filter((text) => text === name).length, 1, name);
    }
  });

  it("grows with its legend, so that the panels stay as high", () => {
    const heightOf = (count: number, name: string) => {
      const names = Array.from({ length: count }, (_, at) => `${name} ${at}`);
      return Number(/ height="(\d+)"/.exec(comparisonSvg(runs(names), { split: "test" }))?.[1]);
    };
    assertEquals(heightOf(8, "run") - heightOf(4, "run"), 22);
    assertEquals(heightOf(8, "x".repeat(90)) - heightOf(8, "run"), 6 * 22);
  });

  it("marks some points of long runs, other ones of each", () => {
    const long = Array.from({ length: 100 }, (_, at) => ({
      ...{ number: at + 1, trainAcc: 0.5, trainLoss: 1, testAcc: 0.5, testLoss: 1 },
    }));
    const { series } = comparisonOption(
      ["a", "b"].map((name) => ({ name, epochs: long })),
      { split: "test" },
    );
    const marked = (series as { showSymbol: boolean; data: readonly [number, number][] }[])
      .filter(({ showSymbol }) => showSymbol)
      .map(({ data }) => data.map(([epoch]) => epoch));
    assertEquals(marked.map(({ length }) => length), [8, 8, 8, 8]);
    assertEquals(new Set(marked.flat()).size, 16);
  });
});

describe("the PDF of curves", () => {
  it("is the same file for the same curves, one page of their size", async () => {
    const svg = curvesSvg(EPOCHS, { title: "one" });
    const pdf = await svgToPdf(svg);
    assertEquals(await svgToPdf(svg), pdf);
    const text = new TextDecoder("latin1").decode(pdf);
    assertMatch(text, /^%PDF-1\.\d/);
    assertMatch(text, /MediaBox \[0 0 720 315\]/);
    assertMatch(text, /DejaVuSans-Bold/);
  });
});

describe("the palettes", () => {
  it("keep lines and words readable on their background", () => {
    for (const { background, ink, muted, train, test, lines } of Object.values(PALETTES)) {
      // WCAG 2.1: 4.5 for text, 3 for graphics.
      for (const text of [ink, muted]) assert(contrast(text, background) >= 4.5, text);
      for (const line of [train, test, ...lines]) {
        assert(contrast(line, background) >= 3, `${line} on ${background}`);
      }
    }
  });
});

function contrast(one: string, other: string): number {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const value = parseInt(color.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
