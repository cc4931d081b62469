/**
 * Every migration by its name, in order of names. A migration that was released never changes.
 */
import type { ColumnTypes } from "../column_types.ts";
import type { Migration } from "kysely/migration";
import * as runs from "./001_runs.ts";
import * as descriptions from "./002_descriptions.ts";
import * as starters from "./003_starters.ts";
import * as devices from "./004_devices.ts";
import * as leaseLengths from "./005_lease_lengths.ts";
import * as normalizedText from "./006_normalized_text.ts";
import * as webhooks from "./007_webhooks.ts";
import * as datasets from "./008_datasets.ts";
import * as sortKeys from "./009_sort_keys.ts";

/** All migrations, for a database with these column types. */
export function allMigrations(types: ColumnTypes): Record<string, Migration> {
  return {
    "001_runs": { up: (db) => runs.up(db, types) },
    "002_descriptions": { up: (db) => descriptions.up(db, types) },
    "003_starters": { up: starters.up },
    "004_devices": { up: devices.up },
    "005_lease_lengths": { up: (db) => leaseLengths.up(db, types) },
    "006_normalized_text": { up: normalizedText.up },
    "007_webhooks": { up: (db) => webhooks.up(db, types) },
    "008_datasets": { up: datasets.up },
    "009_sort_keys": { up: (db) => sortKeys.up(db, types) },
  };
}
