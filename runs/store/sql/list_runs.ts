/** Lists runs, filtered and sorted, a page at a time. */
import { type ExpressionBuilder, type Kysely, type SelectQueryBuilder, sql } from "kysely";
import { NEWEST_FIRST, type OrderValue, orderValue, type RunOrderField } from "../run_order.ts";
import { searchTerms } from "../search.ts";
import type { Run } from "../../log/run.ts";
import type { ListOptions, RunPage } from "../store.ts";
import { toKey, toRun } from "./rows.ts";
import type { LookupsTable, Tables } from "./tables.ts";

/** The column of each order; undefined for the order of runs' numbers. */
const COLUMNS = {
  CREATED_AT: undefined,
  NAME: "name_key",
  STATE: "state",
  NETWORK: "network_key",
  DATASET: "dataset_key",
  DURATION: "seconds",
  BEST_TEST_ACC: "best_test_acc",
  TEST_ACC: "test_acc",
  TEST_LOSS: "test_loss",
  TRAIN_ACC: "train_acc",
  TRAIN_LOSS: "train_loss",
} as const satisfies Record<RunOrderField, keyof LookupsTable | undefined>;
type OrderColumn = NonNullable<(typeof COLUMNS)[RunOrderField]>;

type Matching = SelectQueryBuilder<Tables, "lookups", Record<never, never>>;

/** @throws {RangeError} if there is no run with id `after` */
export async function listRuns(db: Kysely<Tables>, options: ListOptions): Promise<RunPage> {
  const { first, order = NEWEST_FIRST } = options;
  const column = COLUMNS[order.field];
  const direction = order.direction === "ASC" ? "asc" : "desc";
  const after = await placeAfter(db, options);

  let page = filter(db, options).select("run").limit(first + 1);
  if (column === undefined) {
    page = page.orderBy("run", direction);
    if (after) page = page.where("run", direction === "asc" ? ">" : "<", after.number);
  } else {
    // Among equal runs the newer one is first, in both directions.
    page = page.orderBy(sql`${sql.ref(column)} is null`).orderBy(column, direction)
      .orderBy("run", "desc");
    if (after) page = page.where((build) => isAfter(build, column, direction, after));
  }
  const numbers = (await page.execute()).map(({ run }) => run);
  return {
    runs: await readRuns(db, numbers.slice(0, first)),
    hasNextPage: numbers.length > first,
    totalCount: await countRuns(db, options),
  };
}

/** Reads the runs with these numbers, in their order, without those deleted meanwhile. */
async function readRuns(db: Kysely<Tables>, numbers: readonly number[]): Promise<readonly Run[]> {
  if (numbers.length === 0) return [];
  const rows = await db.selectFrom("runs").selectAll().where("number", "in", numbers).execute();
  const byNumber = new Map(rows.map((row) => [row.number, row]));
  return numbers.map((number) => byNumber.get(number)).filter((row) => row !== undefined)
    .map(toRun);
}

async function countRuns(db: Kysely<Tables>, options: ListOptions): Promise<number> {
  const { state, dataset, tag, search, minTestAcc } = options;
  const isOfState = dataset === undefined && tag === undefined && search === undefined &&
    minTestAcc === undefined;
  const { total } = isOfState
    // Runs are counted by the index of states.
    ? await db.selectFrom("runs").select((build) => build.fn.countAll<number>().as("total"))
      .$if(state !== undefined, (query) => query.where("state", "in", [state ?? []].flat()))
      .executeTakeFirstOrThrow()
    : await filter(db, options).select((build) => build.fn.countAll<number>().as("total"))
      .executeTakeFirstOrThrow();
  return Number(total);
}

/** Selects the matching runs. */
function filter(
  db: Kysely<Tables>,
  { state, dataset, tag, search, minTestAcc }: ListOptions,
): Matching {
  let matching: Matching = db.selectFrom("lookups");
  if (state !== undefined) {
    matching = matching.where(
      "run",
      "in",
      (build) => build.selectFrom("runs").select("number").where("state", "in", [state].flat()),
    );
  }
  if (dataset !== undefined) {
    matching = matching.where(
      "run",
      "in",
      (build) => build.selectFrom("runs").select("number").where("dataset", "=", toKey(dataset)),
    );
  }
  if (tag !== undefined) {
    matching = matching.where(
      "run",
      "in",
      (build) =>
        build.selectFrom("tags").select("tags.run").where("tag", "in", [
          toKey(tag),
          toKey(tag.normalize("NFC")),
        ]),
    );
  }
  for (const { words, line } of searchTerms(search ?? "")) {
    matching = matching.where((build) => {
      const all = build.and(words.map(holds));
      return line === undefined ? all : build.or([all, holds(line)]);
    });
  }
  if (minTestAcc !== undefined) matching = matching.where("best_test_acc", ">=", minTestAcc);
  return matching;
}

/** Matches runs whose text contains a word. */
function holds(word: string) {
  return sql<boolean>`search_text like ${holding(word)} escape '\\'`;
}

/** Returns the LIKE pattern of texts that contain a word. */
function holding(word: string): string {
  return `%${toKey(word).replace(/[\\%_]/g, "\\$&")}%`;
}

/** Start of a page: after this value and, among equal ones, this number. */
interface Place {
  readonly value: OrderValue;
  readonly number: number;
}

async function placeAfter(
  db: Kysely<Tables>,
  { after, afterValue, order = NEWEST_FIRST }: ListOptions,
): Promise<Place | undefined> {
  if (after === undefined) return undefined;
  const row = await db.selectFrom("runs").selectAll().where("id", "=", toKey(after))
    .executeTakeFirst();
  if (!row) {
    throw new RangeError(
      `Cannot list the runs after '${after}': it must be a run that is there. Start again with the ` +
        "first page.",
    );
  }
  return {
    value: afterValue === undefined ? orderValue(toRun(row), order.field) : afterValue,
    number: row.number,
  };
}

function isAfter(
  build: ExpressionBuilder<Tables, "lookups">,
  column: OrderColumn,
  direction: "asc" | "desc",
  { value, number }: Place,
) {
  const isOlder = build("run", "<", number);
  if (value === null) return build.and([build(column, "is", null), isOlder]);
  return build.or([
    build(column, direction === "asc" ? ">" : "<", value),
    build.and([build(column, "=", value), isOlder]),
    build(column, "is", null),
  ]);
}
