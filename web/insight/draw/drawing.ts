/**
 * What is on the drawing area. There is one for the life of the page, so that every run and every checkpoint can be asked
 * about the same drawing.
 */
import { useSyncExternalStore } from "react";
import type { TestSample } from "../operations.ts";
import { type Stroke, toPixels } from "./strokes.ts";

/** Drawn by hand, or taken from the test set. */
export type Drawing =
  | { readonly kind: "strokes"; readonly strokes: readonly Stroke[] }
  | { readonly kind: "sample"; readonly sample: TestSample };

/** An empty area. */
export const NOTHING: Drawing = { kind: "strokes", strokes: [] };

/** Whether there is nothing on it. */
export function isEmpty(drawing: Drawing): boolean {
  return drawing.kind === "strokes" && drawing.strokes.length === 0;
}

/** What was drawn by hand. */
export function strokesOf(drawing: Drawing): readonly Stroke[] {
  return drawing.kind === "strokes" ? drawing.strokes : [];
}

/** Grey values as the network reads them, [28, 28]; undefined for an empty area. */
export function pixelsOf(drawing: Drawing): readonly number[] | undefined {
  return drawing.kind === "sample" ? drawing.sample.pixels : toPixels(drawing.strokes);
}

let current: Drawing = NOTHING;
const listeners = new Set<() => void>();

function put(drawing: Drawing): void {
  current = drawing;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The drawing, and what puts another in its place. */
export function useDrawing(): readonly [Drawing, (drawing: Drawing) => void] {
  return [useSyncExternalStore(subscribe, () => current), put];
}
