/** Ids and cursors: what was given is understood, and of whatever else a client sends there is one error to act on. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import { GraphQLError } from "graphql";
import { isTextOrder, RUN_ORDER_FIELDS, type RunOrder } from "../../runs/store/run_order.ts";
import { fromCursor, toCursor } from "../../schema/base/cursor.ts";
import { globalId, NODE_TYPES, readNodeId, runId, runKey } from "../../schema/base/global_id.ts";
import { afterCursor, runsIn } from "../../schema/run/run_connection.ts";
import { forAll } from "../support/for_all.ts";

/** Text that every database takes. */
const printable = (maxLength: number) =>
  fc.string({
    unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
    minLength: 1,
    maxLength,
  });

const types = fc.constantFrom(...NODE_TYPES);
const orders: fc.Arbitrary<RunOrder> = fc.record({
  field: fc.constantFrom(...RUN_ORDER_FIELDS),
  direction: fc.constantFrom("ASC" as const, "DESC" as const),
});

/** Anything, and what looks like an id or a cursor until it is taken apart. */
const anyText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 30 }),
  fc.base64String({ maxLength: 60 }),
  fc.tuple(
    fc.constantFrom("Run:", "Sample:", "runs:", "runs by NAME ASC:", "runs by TEST_ACC DESC:", ""),
    fc.string({ unit: "binary", maxLength: 30 }),
  ).map(([name, rest]) => new TextEncoder().encode(name + rest.toWellFormed()).toBase64()),
  fc.tuple(types, printable(20), fc.nat(), fc.string({ minLength: 1, maxLength: 1 }))
    .map(([type, key, place, sign]) => {
      const id = globalId(type, key);
      const at = place % id.length;
      return id.slice(0, at) + sign + id.slice(at + 1);
    }),
);

/** Returns a reader's result; undefined if it refuses as it must. */
function read<Read>(reader: () => Read): Read | undefined {
  try {
    return reader();
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    assertEquals(error.extensions.code, "BAD_USER_INPUT");
    assertMatch(error.message, /^Cannot [^]+: [^]+ must be [^]+, got [^]+\.( [^]+\.)?$/);
    return undefined;
  }
}

describe("global ids", () => {
  it("are parsed by the field that returned them", () => {
    // Keys are uuids, or places in a dataset: 'mnist:train:0'.
    const keys = printable(100).filter((key) => !key.startsWith(":"));
    forAll([types, keys], (type, key) => {
      const id = globalId(type, key);
      assertEquals(readNodeId(id), { typename: type, id: key });
      assertEquals(runKey(id), type === "Run" ? key : undefined);
      const parsed = runId("read a run").safeParse(id);
      assertEquals(parsed.success, type === "Run");
      if (parsed.success) assertEquals(parsed.data, key);
    });
  });

  it("name a type and a key that every database takes, or are refused", () => {
    forAll([anyText], (text) => {
      const node = read(() => readNodeId(text));
      if (node) {
        assert(NODE_TYPES.some((type) => type === node.typename));
        assertMatch(node.id, /^[\x21-\x7e]{1,100}$/);
      }
      const parsed = runId("read a run").safeParse(text);
      assertEquals(parsed.success, node?.typename === "Run");
      if (parsed.success) return assertEquals(parsed.data, node?.id);
      assertMatch(
        parsed.error.issues[0]?.message ?? "",
        /^Cannot read a run: runId must be the id of a Run, got [^]+\.$/,
      );
    }, { numRuns: 2000 });
  });
});

describe("cursors", () => {
  it("are understood by their own connection, and refused by every other", () => {
    const connections = fc.constantFrom("runs", "runs by NAME ASC", "samples of mnist (test)");
    forAll([connections, connections, printable(1000)], (own, asked, place) => {
      const found = read(() => fromCursor(asked, toCursor(own, place)));
      assertEquals(found, own === asked ? place : undefined);
    });
  });

  it("name a place that every database takes, or are refused", () => {
    const json = fc.oneof(
      fc.json(),
      fc.string({ unit: "binary" }).map((text) => JSON.stringify(text)),
    );
    const made = fc.tuple(printable(40), json).map(([id, value]) => (order: RunOrder) => {
      const coded = new TextEncoder().encode(value).toBase64();
      return toCursor(runsIn(order), `${id.replaceAll("/", "")}/${coded}`);
    });
    const sent = anyText.map((text) => () => text);
    forAll([orders, fc.oneof(sent, made)], (order, write) => {
      const cursor = write(order);
      const place = read(() => afterCursor(cursor, order));
      if (!place) return;
      assertMatch(place.after ?? "", /^[\x21-\x7e]*$/);
      const { afterValue = null } = place;
      if (typeof afterValue === "string") {
        assert(isTextOrder(order.field), cursor);
        assert(afterValue.isWellFormed() && !afterValue.includes("\0"), cursor);
      } else if (afterValue !== null) {
        assert(!isTextOrder(order.field) && Number.isFinite(afterValue), cursor);
      }
    }, { numRuns: 3000 });
  });

  it("of names with signs that no database takes are refused", () => {
    const order = { field: "NAME", direction: "ASC" } as const;
    const cursor = (value: string) =>
      toCursor(runsIn(order), `an-id/${btoa(JSON.stringify(value))}`);
    assertEquals(afterCursor(cursor("a"), order), { after: "an-id", afterValue: "a" });
    assertEquals(read(() => afterCursor(cursor("a\0"), order)), undefined);
    assertEquals(read(() => afterCursor(cursor("\ud800"), order)), undefined);
  });
});
