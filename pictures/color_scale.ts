/**
 * Colour scales. Both vary in lightness and are distinguishable with every kind of colour blindness; the largest
 * values contrast most with the theme's background.
 */
import type { Theme } from "./palette.ts";

/** Returns the colour of a number, '#rrggbb'. */
export type ColorScale = (value: number) => string;

type Rgb = readonly [red: number, green: number, blue: number];

/** Sequential colours, from 0 to 1. */
const SEQUENTIAL: Readonly<Record<Theme, readonly string[]>> = {
  light: ["#ffffff", "#d8e9f5", "#8dc3e6", "#2f8cc6", "#005b96", "#00345c"],
  dark: ["#273145", "#264a6e", "#2b6ea6", "#419bd3", "#8cc9f0", "#e2f3ff"],
};

/** Diverging colours: negative, zero, positive. The light ones are the middle of ColorBrewer's RdBu. */
const DIVERGING: Readonly<Record<Theme, readonly string[]>> = {
  light: [
    "#053061",
    "#2166ac",
    "#6cafd3",
    "#c9e0ee",
    "#f7f7f7",
    "#fad3bd",
    "#eb8f6d",
    "#b8322f",
    "#67001f",
  ],
  dark: [
    "#c4e6ff",
    "#6ebcf0",
    "#3385c0",
    "#2b4d73",
    "#273145",
    "#6e4030",
    "#c06a35",
    "#f2a457",
    "#ffe3b8",
  ],
};

/** Returns the scale from 0 to 1. */
export function sequentialScale(theme: Theme): ColorScale {
  return throughColors(SEQUENTIAL[theme], 0, 1);
}

/** Returns the scale from -1 to 1, faintest at 0. */
export function divergingScale(theme: Theme): ColorScale {
  return throughColors(DIVERGING[theme], -1, 1);
}

/** Returns black or white, whichever is readable on a colour: the contrast is 4.5 or more, as WCAG requires. */
export function inkOn(color: string): string {
  const [red = 0, green = 0, blue = 0] = toRgb(color).map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  const luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  return luminance > 0.179 ? "#000000" : "#ffffff";
}

function throughColors(colors: readonly string[], min: number, max: number): ColorScale {
  const stops = colors.map(toRgb);
  const last = stops.length - 1;
  return (value) => {
    const at = last * Math.min(1, Math.max(0, (value - min) / (max - min)));
    const below = Math.min(Math.floor(at), last - 1);
    const [from, to] = [stops[below], stops[below + 1]];
    if (!from || !to) throw new RangeError(`Cannot color ${value}: it must be a number.`);
    return toHex(from, to, at - below);
  };
}

function toRgb(color: string): Rgb {
  const value = Number.parseInt(color.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

function toHex(from: Rgb, to: Rgb, share: number): string {
  const mixed = from.map((value, at) => Math.round(value + share * ((to[at] ?? 0) - value)));
  return `#${mixed.map((value) => value.toString(16).padStart(2, "0")).join("")}`;
}
