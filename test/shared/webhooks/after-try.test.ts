import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  afterTry,
  isLeftAlone,
  type Tried,
  webhookAfterTry,
  webhookBeforeTry,
} from "../../../shared/webhooks/after-try.ts";
import type { Delivery } from "../../../shared/webhooks/delivery.ts";
import type { Webhook } from "../../../shared/webhooks/webhook.ts";
import { aDelivery, aWebhook, NOON } from "./deliveries.ts";

const answered = (status: number, more: Partial<Tried> = {}): Tried => ({
  at: NOON,
  status,
  error: null,
  duration_ms: 0,
  ...more,
});
const unanswered = { at: NOON, status: null, error: "reset", duration_ms: 0 };

const begun = (attempts: number, changes: Partial<Delivery> = {}) => aDelivery({ attempts, ...changes });
const secondsUntil = ({ next_at }: Delivery): number => (Date.parse(next_at ?? "") - Date.parse(NOON)) / 1_000;

describe("a delivery after a try", () => {
  it("a delivery is done by any answer of success, and by no other", () => {
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 599 }), (status) => {
        const after = afterTry(begun(1), answered(status));
        expect(after.status === "delivered").toBe(status >= 200 && status < 300);
      }),
    );
    expect(afterTry(begun(1), unanswered).status).toBe("waiting");
  });

  it("a delivery that failed is tried again ever later, about a day in all, and then given up", () => {
    const pauses: number[] = [];
    for (let attempts = 1; ; attempts += 1) {
      const after = afterTry(begun(attempts), answered(500));
      if (after.status === "failed") break;
      pauses.push(secondsUntil(after));
    }
    expect(pauses).toHaveLength(7);
    expect(pauses[0]).toBeLessThan(6);
    const sum = pauses.reduce((total, pause) => total + pause, 0) / 3_600;
    expect(sum).toBeGreaterThan(21);
    expect(sum).toBeLessThan(26);
  });

  it("retries of deliveries are spread: those that failed together are not tried together again", () => {
    const pauses = Array.from({ length: 50 }, (_, n) =>
      secondsUntil(afterTry(begun(2, { delivery_id: `d${n}` }), unanswered)),
    );
    expect(new Set(pauses).size).toBeGreaterThan(40);
    for (const pause of pauses) expect(Math.abs(pause - 300)).toBeLessThanOrEqual(30);
  });

  it("a delivery leaves an address alone for as long as that asks, an hour at most", () => {
    expect(secondsUntil(afterTry(begun(1), answered(429, { again_in_seconds: 120 })))).toBe(120);
    expect(secondsUntil(afterTry(begun(1), answered(503, { again_in_seconds: 86_400 })))).toBe(3_600);
  });

  it("a delivery is given up at once where the address is gone", () => {
    expect(afterTry(begun(1), answered(410))).toMatchObject({ status: "failed", next_at: null });
  });

  it("a delivery remembers its last tries, so many at most", () => {
    let delivery = begun(1);
    for (let n = 0; n < 15; n += 1)
      delivery = { ...afterTry(delivery, answered(500, { duration_ms: n })), attempts: 1 };
    expect(delivery.tries.map(({ duration_ms }) => duration_ms)).toEqual([5, 6, 7, 8, 9, 10, 11, 12, 13, 14]);
  });
});

describe("an address after a try", () => {
  const later = (hours: number): string => new Date(Date.parse(NOON) + hours * 3_600_000).toISOString();

  it("an address is failing from its first failure to its first success", () => {
    const failing = webhookAfterTry(aWebhook(), answered(500));
    expect(failing.failing_since).toBe(NOON);
    expect(webhookAfterTry(failing, answered(500, { at: later(1) })).failing_since).toBe(NOON);
    expect(webhookAfterTry(failing, answered(204, { at: later(2) })).failing_since).toBeNull();
  });

  const aloneFor = ({ left_alone_until = NOON }: Webhook, since = NOON): number =>
    (Date.parse(left_alone_until) - Date.parse(since)) / 1_000;

  it("an address is asked once more soon after its first failure, then no more often than by the minute", () => {
    const failing = webhookAfterTry(aWebhook(), answered(500, { duration_ms: 15_000 }));
    expect(aloneFor(failing)).toBe(20);
    const again = webhookBeforeTry(failing, new Date(later(1)));
    expect(aloneFor(again, later(1))).toBe(60);
    expect(webhookAfterTry(again, answered(500, { at: later(1) }))).toBe(again);
    expect(webhookAfterTry(again, answered(200, { at: later(1) })).left_alone_until).toBeUndefined();
  });

  it("an address is left alone for as long as it asks, an hour at most, also where another try ends well meanwhile", () => {
    expect(aloneFor(webhookAfterTry(aWebhook(), answered(429, { again_in_seconds: 86_400 })))).toBe(3_600);
    const asked = webhookAfterTry(aWebhook(), answered(429, { again_in_seconds: 120 }));
    for (const beside of [answered(200), answered(500)]) {
      expect(aloneFor(webhookAfterTry(asked, beside, aWebhook()))).toBe(120);
    }
    expect(isLeftAlone(asked, new Date(Date.parse(NOON) + 119_999))).toBe(true);
    expect(isLeftAlone(asked, new Date(Date.parse(NOON) + 120_000))).toBe(false);
  });

  it("an address is disabled when nothing was delivered for a day, with what it said", () => {
    const failing = aWebhook({ failing_since: NOON });
    expect(webhookAfterTry(failing, answered(500, { at: later(22) })).status).toBe("active");
    expect(webhookAfterTry(failing, answered(301, { at: later(23) }))).toMatchObject({
      status: "disabled",
      disabled_because: expect.stringContaining("HTTP 301"),
    });
  });

  it("an address is disabled at once where it says that it is gone, and stays so", () => {
    const gone = webhookAfterTry(aWebhook(), answered(410));
    expect(gone).toMatchObject({ status: "disabled", disabled_at: NOON });
    expect(webhookAfterTry(gone, answered(200))).toBe(gone);
  });
});
