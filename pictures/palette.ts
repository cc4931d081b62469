/**
 * The colours and fonts of every picture. Blue and vermilion are of the palette of Okabe and Ito, which is
 * distinguishable with every kind of colour blindness; the dark theme uses its lighter colours.
 */

/** Colour theme: on white or on near-black. */
export type Theme = "light" | "dark";

/** The colours of one theme. */
export interface Palette {
  readonly background: string;
  /** Text and axes. */
  readonly ink: string;
  /** Secondary text. */
  readonly muted: string;
  /** Grid lines. */
  readonly rule: string;
  readonly train: string;
  readonly test: string;
  readonly validation: string;
  /** Colours of up to eight compared lines, which are distinguishable with every kind of colour blindness. */
  readonly lines: readonly [string, ...string[]];
}

/** Every theme's colours. */
export const PALETTES: Readonly<Record<Theme, Palette>> = {
  light: {
    background: "#ffffff",
    ink: "#1f2937",
    muted: "#5b6472",
    rule: "#e2e6ec",
    train: "#0072b2",
    test: "#d55e00",
    validation: "#00805e",
    lines: ["#0072b2", "#d55e00", "#00805e", "#aa4586", "#1b1b1b", "#8b3dff", "#0a2a8c", "#6b1f0a"],
  },
  dark: {
    background: "#212a3b",
    ink: "#e6eaf2",
    muted: "#a9b3c4",
    rule: "#3b475c",
    train: "#56b4e9",
    test: "#f0a35e",
    validation: "#4fd1a5",
    lines: ["#56b4e9", "#f0a35e", "#4fd1a5", "#e39bc5", "#9a66ff", "#d6f03c", "#a3835a", "#e2622e"],
  },
};

/** Font of pictures: svgToPng() bundles the DejaVu files. */
export const FONT_FAMILY = "DejaVu Sans, Verdana, sans-serif";
