/** Stopping an attempt: softly, hard, and giving the log up. */
import { describe, it } from "@std/testing/bdd";
import { assert, assertEquals } from "@std/assert";
import { aborted } from "../../support/until.ts";
import { createStopPlan, type StopPlan } from "../../../runs/worker/stop_plan.ts";

const NEVER = { graceTimeoutMs: 60_000, forceTimeoutMs: 120_000 };

const abortedOf = ({ soft, hard, giveUp }: StopPlan) => [soft, hard, giveUp].map((s) => s.aborted);

describe("createStopPlan()", () => {
  it("stops nothing by itself", () => {
    const plan = createStopPlan(new AbortController().signal, NEVER);
    assertEquals(abortedOf(plan), [false, false, false]);
    assertEquals(plan.softReason(), undefined);
    plan.end();
  });

  it("lets a paused training save what it has", () => {
    const plan = createStopPlan(new AbortController().signal, NEVER);
    plan.recordProgress();
    plan.pause();
    assertEquals(abortedOf(plan), [true, false, false]);
    assertEquals(plan.softReason(), "pause");
    plan.end();
  });

  it("ends a paused training at once that has nothing to save", () => {
    const plan = createStopPlan(new AbortController().signal, NEVER);
    plan.pause();
    assertEquals(abortedOf(plan), [true, true, false]);
    plan.end();
  });

  it("ends a cancelled training at once, but still writes its log", () => {
    const plan = createStopPlan(new AbortController().signal, NEVER);
    plan.recordProgress();
    plan.cancel();
    assertEquals(abortedOf(plan), [false, true, false]);
    plan.end();
  });

  it("writes nothing any more when the claim is lost", () => {
    const plan = createStopPlan(new AbortController().signal, NEVER);
    plan.loseClaim();
    assertEquals(abortedOf(plan), [false, true, true]);
    plan.end();
  });

  it("ends the training after the grace timeout of a worker's stop, and the log after the force timeout", async () => {
    const worker = new AbortController();
    const plan = createStopPlan(worker.signal, { graceTimeoutMs: 5, forceTimeoutMs: 10 });
    plan.recordProgress();
    worker.abort();
    assertEquals(abortedOf(plan), [true, false, false]);
    assertEquals(plan.softReason(), "stop");
    await aborted(plan.hard);
    assert(!plan.giveUp.aborted);
    await aborted(plan.giveUp);
    plan.end();
  });

  it("counts the timeouts also of a worker that was stopped before", async () => {
    const plan = createStopPlan(AbortSignal.abort(), { graceTimeoutMs: 1, forceTimeoutMs: 2 });
    assertEquals(abortedOf(plan), [true, true, false]);
    await aborted(plan.giveUp);
    plan.end();
  });

  it("names the pause as the reason where the worker is stopped as well", () => {
    const plan = createStopPlan(AbortSignal.abort(), NEVER);
    plan.pause();
    assertEquals(plan.softReason(), "pause");
    plan.end();
  });
});
