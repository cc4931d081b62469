/// <reference lib="dom" />
/** Drawing at the screen's pace, however often there is something new. */

/** What is drawn with the next frame, once. */
export interface Frame {
  request(): void;
  cancel(): void;
}

/** @param draw called once for any number of requests between two frames */
export function onFrame(draw: () => void): Frame {
  let frame = 0;
  return {
    request() {
      frame ||= requestAnimationFrame(() => {
        frame = 0;
        draw();
      });
    },
    cancel: () => cancelAnimationFrame(frame),
  };
}
