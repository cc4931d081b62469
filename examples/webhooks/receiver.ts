/** Receives webhooks, verifies them and acts on each once: deno run --allow-net --allow-env receiver.ts */
import { Webhook } from "standardwebhooks";

const webhook = new Webhook(Deno.env.get("WEBHOOK_SECRET") ?? "");
const seen = new Set<string>(); // Keep ids where they survive a restart: in a table with a unique key.

Deno.serve({ port: Number(Deno.env.get("PORT") ?? "3000") }, async (request) => {
  const body = await request.text();
  const headers = Object.fromEntries(request.headers);
  try {
    webhook.verify(body, headers);
  } catch {
    return new Response("The signature is wrong, or too old.", { status: 401 });
  }
  const id = headers["webhook-id"] ?? "";
  if (!seen.has(id)) console.log(body);
  seen.add(id);
  return new Response();
});
