/**
 * Wake-ups of waiters.
 */
import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { createNotifier } from "../../../runs/store/notifier.ts";

/** Long enough to be no reason to wake up in a test. */
const CEILING_MS = 600_000;

describe("createNotifier()", () => {
  /** Someone who waits, and whether he was woken. */
  const sleeper = (
    { mark, wait }: ReturnType<typeof createNotifier>,
    topic?: string,
    since = mark(),
  ) => {
    const sleep = new AbortController();
    const state = { isWoken: false, end: () => sleep.abort() };
    wait(since, sleep.signal, topic).then(() => state.isWoken = true);
    return state;
  };
  /** Lets what was resolved go on. */
  const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

  it("wakes those who wait for what was written, those who wait for anything, and nobody else", async () => {
    const wakeups = createNotifier(CEILING_MS);
    const [mine, any, other] = [
      sleeper(wakeups, "mine"),
      sleeper(wakeups),
      sleeper(wakeups, "other"),
    ];
    wakeups.wake(["mine", "more"]);
    await settle();
    assertEquals(mine.isWoken && any.isWoken, true);
    assertEquals(other.isWoken, false);
    wakeups.wake();
    await settle();
    assertEquals(other.isWoken, true);
  });

  it("lets nobody sleep who was not there when it concerned him", async () => {
    const wakeups = createNotifier(CEILING_MS);
    const mark = wakeups.mark();
    wakeups.wake(["mine", "more"]);
    const [mine, any, other] = [
      sleeper(wakeups, "mine", mark),
      sleeper(wakeups, undefined, mark),
      sleeper(wakeups, "other", mark),
    ];
    await settle();
    assertEquals(mine.isWoken && any.isWoken, true);
    assertEquals(other.isWoken, false);
    other.end();
    wakeups.wake();
    const late = sleeper(wakeups, "other", mark);
    await settle();
    assertEquals(late.isWoken, true);
  });

  it("forgets no wake-up, however much was written since", async () => {
    const wakeups = createNotifier(CEILING_MS);
    const mark = wakeups.mark();
    wakeups.wake(["mine", "more"]);
    for (let topic = 0; topic < 30_000; topic++) wakeups.wake([`${topic}`]);
    const mine = sleeper(wakeups, "mine", mark);
    await settle();
    assertEquals(mine.isWoken, true);
  });

  it("says when somebody begins to wait and when nobody does any more", async () => {
    const said: boolean[] = [];
    const wakeups = createNotifier(CEILING_MS, (somebody) => said.push(somebody));
    const [first, second] = [sleeper(wakeups, "a"), sleeper(wakeups, "b")];
    wakeups.wake(["a"]);
    second.end();
    await settle();
    assertEquals(first.isWoken && second.isWoken, true);
    assertEquals(said.join(), "true,false");
  });
});
