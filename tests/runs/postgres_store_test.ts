/**
 * The PostgreSQL store: the contract, and what goes wrong with servers.
 */
import { after, before } from "@std/testing/bdd";
import { openPostgresStore } from "../../runs/stores/postgres.ts";
import { type PostgresServer, postgresSkipReason, startPostgres } from "./postgres_server.ts";
import { testStore } from "./store_contract.ts";

let server: PostgresServer;
if (postgresSkipReason === undefined) {
  before(async () => {
    server = await startPostgres();
  });
  after(() => server.remove());
  testStore("PostgreSQL", async () => {
    const place = await server.createDatabase();
    return { place, open: () => openPostgresStore(place), remove: () => Promise.resolve() };
  });
}
