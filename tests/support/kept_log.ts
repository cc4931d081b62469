/** The log of what runs in the test's process. */
import { afterEach, beforeEach } from "@std/testing/bdd";
import { configureSync, type LogLevel, type LogRecord, resetSync } from "@logtape/logtape";

/** Keeps the records of each test of the surrounding suite, from a level up. */
export function keepLog(
  lowestLevel: LogLevel,
  category: readonly string[] = ["epochql"],
): { readonly records: readonly LogRecord[] } {
  let records: LogRecord[] = [];
  beforeEach(() => {
    records = [];
    configureSync({
      sinks: { kept: (record) => void records.push(record) },
      loggers: [
        { category: [...category], lowestLevel, sinks: ["kept"] },
        { category: ["logtape", "meta"], lowestLevel: "error", sinks: [] },
      ],
    });
  });
  afterEach(resetSync);
  return {
    get records() {
      return records;
    },
  };
}
