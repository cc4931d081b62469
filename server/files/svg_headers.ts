/** The headers of an SVG file that is opened by itself: it may style itself, and do nothing else. */
export const svgHeaders: Readonly<Record<string, string>> = {
  "content-type": "image/svg+xml",
  "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
};
