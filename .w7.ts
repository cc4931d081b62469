const src = `self.onmessage = (e) => { const t = performance.now(); const { n, ms } = e.data; while (performance.now() - t < ms); const out = new Uint8Array(n); self.postMessage({ out, number: 1 }, [out.buffer]); }`;
const nsrc = `const { parentPort } = require("node:worker_threads"); parentPort.on("message", ({ n, ms }) => { const t = performance.now(); while (performance.now() - t < ms); const out = new Uint8Array(n); parentPort.postMessage({ out, number: 1 }, [out.buffer]); })`;
const web = new Worker("data:text/javascript," + encodeURIComponent(src), { type: "module" });
import { Worker as NW } from "node:worker_threads";
const nw = new NW(nsrc, { eval: true });
const cases: [number, number][] = [[10, 0], [600000, 0], [10, 5], [600000, 5]];
for (const [n, ms] of cases) {
  for (const [name, on, post] of [["web", (f: any) => web.onmessage = f, (m: any, t: any) => web.postMessage(m, t)], ["node", (f: any) => { nw.removeAllListeners("message"); nw.on("message", f); }, (m: any, t: any) => nw.postMessage(m, t)]] as any) {
    const N = 200; let done = 0, sent = 0; const p = Promise.withResolvers<void>();
    const send = () => { if (sent < N) { sent++; const b = new Uint8Array(100000); post({ n, ms, b, lengths: Array(256).fill(300) }, [b.buffer]); } };
    on(() => { if (++done === N) p.resolve(); send(); });
    const t = performance.now(); send(); send(); await p.promise; console.log(name, n, "bytes back,", ms, "ms work:", ((performance.now() - t) / N).toFixed(2), "ms per message");
  }
}
Deno.exit(0);
