/** A page that has TensorFlow.js and the files of a model under /model/. */
import { createRequire } from "node:module";

/** A server of a page. */
export interface ModelPage extends AsyncDisposable {
  readonly origin: string;
}

/** Starts a server. */
export function serveModelPage(files: ReadonlyMap<string, Uint8Array>): ModelPage {
  const html = '<!doctype html><title>model</title><script src="/tf.js"></script>';
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, async (request) => {
    const { pathname } = new URL(request.url);
    if (pathname === "/") return new Response(html, { headers: { "content-type": "text/html" } });
    if (pathname === "/tf.js") return new Response(await Deno.readFile(tensorFlowFile()));
    const content = files.get(pathname.replace("/model/", ""));
    return content
      ? new Response(new Uint8Array(content))
      : new Response("There is no such file.", { status: 404 });
  });
  return {
    origin: `http://127.0.0.1:${server.addr.port}`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** The file of TensorFlow.js for pages, a dependency of the package for Node.js. */
function tensorFlowFile(): string {
  const ours = createRequire(import.meta.url);
  const itsOwn = createRequire(ours.resolve("@tensorflow/tfjs-node-gpu/package.json"));
  return itsOwn.resolve("@tensorflow/tfjs/dist/tf.min.js");
}
