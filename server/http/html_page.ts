/** Pages of the server's own: small, without scripts, and there when the built page is not. */

/** Parts of a page. */
export interface HtmlPage {
  readonly title: string;
  /** Markup of its body. */
  readonly body: string;
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
}

const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; " +
  "frame-ancestors 'none'";

const STYLE = `
      body { font: 16px/1.5 system-ui, sans-serif; margin: 0; min-height: 100vh; display: grid; place-items: center }
      form, main { display: grid; gap: 0.75rem }
      form { width: min(22rem, 90vw) }
      main { width: min(32rem, 90vw) }
      h1 { font-size: 1.4rem; margin: 0 }
      p { margin: 0; overflow-wrap: anywhere }
      input, button { font: inherit; padding: 0.5rem 0.75rem }
      [role="alert"] { color: #d55e00 }`;

/** Responds with a page, which nobody keeps. */
export function htmlResponse({ title, body, status, headers }: HtmlPage): Response {
  const html = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>${title} – epochql</title>
    <style>${STYLE}
    </style>
  </head>
  <body>
${body}
  </body>
</html>
`;
  return new Response(html, {
    status,
    headers: {
      ...headers,
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-store",
      "content-security-policy": POLICY,
    },
  });
}
