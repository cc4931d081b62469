/** The shades of pictures as every kind of eye sees them: more is further from the background, and signs stay apart. */
import { assert } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { type ColorScale, divergingScale, sequentialScale } from "../../pictures/color_scale.ts";
import type { Theme } from "../../pictures/palette.ts";

type Triple = readonly [number, number, number];
type Matrix = readonly [Triple, Triple, Triple];

/**
 * Converts linear RGB.
 *
 * @see Machado, Oliveira and Fernandes, 'A Physiologically-based Model for Simulation of Color Vision Deficiency', 2009
 */
const EYES: Readonly<Record<string, Matrix>> = {
  "full colour vision": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

function times([a, b, c]: Matrix, by: Triple): Triple {
  const dot = (row: Triple) => row[0] * by[0] + row[1] * by[1] + row[2] * by[2];
  return [dot(a), dot(b), dot(c)];
}

/** A colour as an eye sees it, in OKLab: lightness from 0 to 1, and two hues. */
function seen(color: string, eye: Matrix): Triple {
  const linear = (at: number) => {
    const share = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  };
  const [l, m, s] = times([
    [0.4122214708, 0.5363325363, 0.0514459929],
    [0.2119034982, 0.6806995451, 0.1073969566],
    [0.0883024619, 0.2817188376, 0.6299787005],
  ], times(eye, [linear(1), linear(3), linear(5)]));
  return times([
    [0.2104542553, 0.793617785, -0.0040720468],
    [1.9779984951, -2.428592205, 0.4505937099],
    [0.0259040371, 0.7827717662, -0.808675766],
  ], [Math.cbrt(l), Math.cbrt(m), Math.cbrt(s)]);
}

function distance(one: Triple, other: Triple): number {
  return Math.hypot(one[0] - other[0], one[1] - other[1], one[2] - other[2]);
}

/** The lightnesses from 0 to `end`, in twenty steps. */
function lightnesses(scale: ColorScale, end: number, eye: Matrix): number[] {
  return Array.from({ length: 21 }, (_, at) => seen(scale(end * at / 20), eye)[0]);
}

for (const theme of ["light", "dark"] as const satisfies readonly Theme[]) {
  const away = theme === "light" ? -1 : 1;
  for (const [name, eye] of Object.entries(EYES)) {
    describe(`the ${theme} shades, by ${name}`, () => {
      it("go step by step away from the background, the more there is", () => {
        const ways = [
          lightnesses(sequentialScale(theme), 1, eye),
          lightnesses(divergingScale(theme), 1, eye),
          lightnesses(divergingScale(theme), -1, eye),
        ];
        for (const way of ways) {
          for (const [at, lightness] of way.entries()) {
            const before = way[at - 1] ?? lightness - away;
            assert(away * (lightness - before) > 0, `step ${at} of ${way}`);
          }
        }
      });

      it("tell what is above zero from what is below", () => {
        const scale = divergingScale(theme);
        for (let value = 0.25; value <= 0.9; value += 0.05) {
          const apart = distance(seen(scale(value), eye), seen(scale(-value), eye));
          assert(apart > 0.06, `±${value.toFixed(2)} are ${apart.toFixed(3)} apart`);
        }
      });
    });
  }
}
