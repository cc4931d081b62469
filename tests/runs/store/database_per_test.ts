/** A database for each test, which the contracts of stores have in common. */
import { fail } from "@std/assert";
import { afterEach, beforeEach } from "@std/testing/bdd";
import type { RunStore } from "../../../runs/store/store.ts";

/** A database for one test. */
export interface TestDatabase {
  /** Argument of openAt(), also in another process. */
  readonly place: string;
  /** Opens it once more. */
  open(): Promise<RunStore>;
  /** Makes it, new as it is, one of the version before this. */
  writeOld(): Promise<void>;
  remove(): Promise<void>;
}

/** The database of the running test. */
export interface DatabasePerTest {
  readonly database: TestDatabase;
  /** A store on it. */
  readonly store: RunStore;
  /** Opens another store on it, as another process does. */
  another(): Promise<RunStore>;
  /** Closes the store and opens another in its place. */
  reopen(): Promise<void>;
  /** Begins again with a database that a function has written to before a store is opened on it. */
  renew(write: (database: TestDatabase) => Promise<void>): Promise<void>;
}

/** Gives each test of the surrounding suite a database; stores on it are closed after the test. */
export function useDatabase(makeDatabase: () => Promise<TestDatabase>): DatabasePerTest {
  let database: TestDatabase | undefined;
  let store: RunStore | undefined;
  const another = closedAfterTest(() => opened().open());
  const opened = () => database ?? fail("The database is made with the test.");
  const begin = async (write = async (_database: TestDatabase) => {}) => {
    database = await makeDatabase();
    await write(database);
    store = await database.open();
  };
  const end = async () => {
    await store?.close();
    await database?.remove();
  };
  beforeEach(() => begin());
  afterEach(end);
  return {
    get database() {
      return opened();
    },
    store: new Proxy({} as RunStore, { get: (_, name) => Reflect.get(store ?? fail(), name) }),
    another,
    async reopen() {
      await store?.close();
      store = await opened().open();
    },
    async renew(write) {
      await end();
      await begin(write);
    },
  };
}

/** Closes the stores that a function opens after the test. */
function closedAfterTest<Arguments extends unknown[]>(
  open: (...options: Arguments) => Promise<RunStore>,
): (...options: Arguments) => Promise<RunStore> {
  const stores: RunStore[] = [];
  afterEach(async () => {
    for (const store of stores.splice(0)) await store.close();
  });
  return async (...options) => {
    const store = await open(...options);
    stores.push(store);
    return store;
  };
}
