/**
 * The content of the drawing area. It is kept for the life of the page, so that every run and checkpoint
 * can classify the same drawing.
 */
import { createValueStore, useValue } from "../../parts/value_store.ts";
import type { TestSample } from "../operations.ts";
import { type Stroke, toPixels } from "./strokes.ts";

/** Strokes drawn by hand, or a sample of the test set. */
export type Drawing =
  | { readonly kind: "strokes"; readonly strokes: readonly Stroke[] }
  | { readonly kind: "sample"; readonly sample: TestSample };

/** An empty drawing. */
export const NOTHING: Drawing = { kind: "strokes", strokes: [] };

/** Returns true for an empty drawing. */
export function isEmpty(drawing: Drawing): boolean {
  return drawing.kind === "strokes" && drawing.strokes.length === 0;
}

/** Returns the strokes drawn by hand. */
export function strokesOf(drawing: Drawing): readonly Stroke[] {
  return drawing.kind === "strokes" ? drawing.strokes : [];
}

/** Returns the network's input as grey values, [28, 28]; undefined for an empty drawing. */
export function pixelsOf(drawing: Drawing): readonly number[] | undefined {
  return drawing.kind === "sample" ? drawing.sample.pixels : toPixels(drawing.strokes);
}

const drawing = createValueStore<Drawing>(NOTHING);

/** Returns the drawing and a function that replaces it. */
export function useDrawing(): readonly [Drawing, (drawing: Drawing) => void] {
  return [useValue(drawing), drawing.set];
}
