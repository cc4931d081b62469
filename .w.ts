import { startDecoding } from "./imports/decoding/thread.ts";
import { openZip } from "./data/archives/zip.ts";
import { decodeSmallPng } from "./data/images/small_png.ts";
const a = await openZip("/tmp/w/imp/60000.zip", "x"); const files: Uint8Array[] = [];
for await (const f of a.read(new Set(a.files))) files.push(await f.bytes(1e6));
let t = performance.now(); for (const f of files) decodeSmallPng(f); console.log("main", performance.now() - t);
const th = startDecoding(); t = performance.now(); await th.decode(files.slice(0, 1), undefined); console.log("start", performance.now() - t);
t = performance.now(); const open = []; for (let i = 0; i < files.length; i += 256) { open.push(th.decode(files.slice(i, i + 256), { width: 28, height: 28, color: "RGB", fit: "COVER" })); if (open.length >= 2) await open.shift(); } await Promise.all(open); console.log("thread", performance.now() - t);
await th.close();
