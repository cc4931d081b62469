/** Subscriptions as server-sent events, in as few pieces as can be. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { ExecutionResult } from "graphql";
import { resultStream, StreamBrokenError } from "../../../server/transports/result_stream.ts";
import { operationFraming } from "../../../server/transports/sse/event_frames.ts";
import { assertFails } from "../../support/errors.ts";
import { soon } from "../../support/until.ts";

const RUNNING = new AbortController().signal;

/** The pieces of a stream, as text. */
function streamOf(
  answers: AsyncIterable<ExecutionResult>,
  stallMs = 60_000,
): ReadableStream<string> {
  const framing = operationFraming((answer) => answer);
  const options = { stopping: RUNNING, stallMs };
  return resultStream(answers, framing, options).pipeThrough(new TextDecoderStream());
}

function eventsIn(piece: string): readonly number[] {
  return [...piece.matchAll(/^data: \{"data":\{"n":(\d+)\}\}$/gm)].map(([, n]) => Number(n));
}

describe("an event stream", () => {
  it("sends what is there already in one piece, a hundred events at most", async () => {
    async function* answers() {
      for (let n = 1; n <= 250; n++) yield { data: { n } };
    }
    const pieces = await Array.fromAsync(streamOf(answers()));
    assertEquals(pieces.map((piece) => eventsIn(piece).length), [0, 100, 100, 50, 0]);
    const all = Array.from({ length: 250 }, (_, index) => index + 1);
    assertEquals(pieces.flatMap(eventsIn), all);
    assertEquals(pieces.at(-1), "event: complete\nid: end\ndata\n\n");
  });

  it("keeps nothing back for what is still to come", async () => {
    const more = Promise.withResolvers<void>();
    async function* answers() {
      yield { data: { n: 1 } };
      yield { data: { n: 2 } };
      await more.promise;
      yield { data: { n: 3 } };
    }
    const seen: (readonly number[])[] = [];
    for await (const piece of streamOf(answers())) {
      seen.push(eventsIn(piece));
      if (seen.length === 2) more.resolve();
    }
    assertEquals(seen, [[], [1, 2], [3], []]);
  });

  it("fails as its source does, after what came before", async () => {
    async function* answers() {
      yield { data: { n: 1 } };
      throw new Error("broken");
    }
    const seen: (readonly number[])[] = [];
    await assertFails(async () => {
      for await (const piece of streamOf(answers())) seen.push(eventsIn(piece));
    }, /broken/);
    assertEquals(seen, [[], [1]]);
  });

  it("ends its source when a result cannot be encoded", async () => {
    const ended = Promise.withResolvers<void>();
    async function* answers() {
      try {
        for (;;) yield { data: { n: 1n } };
      } finally {
        ended.resolve();
      }
    }
    await assertRejects(() => Array.fromAsync(streamOf(answers())), TypeError, "BigInt");
    await soon(ended.promise, "the source must end");
  });

  it("breaks off without saying that it is complete when nothing of it is taken for long", async () => {
    const ended = Promise.withResolvers<void>();
    async function* answers() {
      try {
        for (let n = 1;; n++) yield { data: { n } };
      } finally {
        ended.resolve();
      }
    }
    const stream = streamOf(answers(), 5);
    await soon(ended.promise, "it must break off");
    const pieces: string[] = [];
    await assertRejects(async () => {
      for await (const piece of stream) pieces.push(piece);
    }, StreamBrokenError);
    assertEquals(pieces.some((piece) => piece.includes("complete")), false);
  });

  it("sends few large answers in one piece, once it has seen that they are large", async () => {
    async function* answers() {
      for (let n = 1; n <= 300; n++) yield { data: { n, text: "x".repeat(100_000) } };
    }
    const pieces = await Array.fromAsync(streamOf(answers()));
    const counts = pieces.map((piece) => piece.match(/^data: \{"data"/gm)?.length ?? 0);
    assert(counts.slice(3).every((count) => count <= 3), `${counts}`);
    assertEquals(counts.reduce((sum, count) => sum + count), 300);
  });
});
