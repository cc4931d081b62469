/** Databases of tests. */
import type { RunStore } from "../../runs/store/store.ts";
import { openPostgresStore } from "../../runs/store/postgres/store.ts";
import { openSqliteStore } from "../../runs/store/sqlite/store.ts";

/** Opens the database of a test by its place, a file or a URL, as other processes do. */
export function openAt(place: string): Promise<RunStore> {
  return place.startsWith("postgres:") ? openPostgresStore(place) : openSqliteStore(place);
}
