/// <reference lib="dom" />
/** The network's input, pixel by pixel. */
import { useEffect, useRef } from "react";
import { SIDE } from "./strokes.ts";

interface SeenPictureProps {
  /** Grey values, [28, 28]; undefined for an empty drawing. */
  readonly pixels: readonly number[] | undefined;
}

/** A canvas with one square for each pixel. */
export function SeenPicture({ pixels }: SeenPictureProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (!context) return;
    const picture = context.createImageData(SIDE, SIDE);
    for (const [at, grey] of (pixels ?? new Array<number>(SIDE * SIDE).fill(0)).entries()) {
      picture.data.set([grey, grey, grey, 255], 4 * at);
    }
    context.putImageData(picture, 0, 0);
  }, [pixels]);
  return (
    <figure className="seen">
      <canvas
        ref={canvas}
        className="seen-picture"
        width={SIDE}
        height={SIDE}
        role="img"
        aria-label="What the network sees"
      />
      <figcaption>What the network sees: {SIDE} × {SIDE}, as in MNIST</figcaption>
    </figure>
  );
}
