/** Headers of an SVG file that is opened on its own: it may contain styles, and load or run nothing. */
export const svgHeaders: Readonly<Record<string, string>> = {
  "content-type": "image/svg+xml",
  "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
};
