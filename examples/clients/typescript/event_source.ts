/** Follows the run that trains now, or the next one, with EventSource, which reconnects with Last-Event-ID. */
import process from "node:process";
import { EventSource } from "eventsource";

const url = process.env.EPOCHQL_URL ?? "http://127.0.0.1:8000";
const query = "subscription { epochs { number testAcc } }";
const source = new EventSource(`${url}/graphql?query=${encodeURIComponent(query)}`, {
  fetch: (input, init) =>
    fetch(input, {
      ...init,
      headers: { ...init.headers, authorization: `Bearer ${process.env.EPOCHQL_TOKEN}` },
    }),
});
source.addEventListener("next", ({ data }) => {
  const { epochs } = JSON.parse(data).data;
  console.log(`epoch ${epochs.number}: ${(100 * epochs.testAcc).toFixed(1)} %`);
});
source.addEventListener("complete", () => {
  source.close();
  clearInterval(alive);
});
source.addEventListener("error", ({ code, message }) => {
  if (source.readyState === source.CLOSED) throw new Error(`${code}: ${message}`);
});
// Its own timer does not keep a process alive while the server is down.
const alive = setInterval(() => {}, 60_000);
