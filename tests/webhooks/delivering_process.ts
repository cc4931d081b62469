/** A process that delivers webhooks, for tests that kill it. Arguments: the database's place. */
import { openAt } from "../support/test_database.ts";
import { serveLocally } from "./local_sender.ts";

const [place = ""] = Deno.args;
serveLocally({ store: await openAt(place), claimMs: 1_000 });
