import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { guardedNotices } from "../../../functions/adapters/http/guarded-notices.ts";
import { deliverTo } from "../../../functions/webhooks/deliver-due.ts";
import type { NoticeAnswer } from "../../../shared/ports/webhooks.ts";
import { startWebhookReceiver, type WebhookReceiver } from "../../counterparts/webhook-receiver.ts";
import { answers, desk, SECRET } from "./desk.ts";

const HOUR = 3_600_000;

describe("an event", () => {
  it("an event is owed to every address that wants it before it is sent, once however often it is announced", async () => {
    const d = desk(async () => answers(204));
    await d.add();
    await d.add({ webhook_id: "w2", event_types: ["ApprovalRequested"] });
    await d.add({ webhook_id: "w3", status: "disabled" });
    await d.take("e1");
    await d.take("e1");
    expect([(await d.all()).length, (await d.all("w2")).length, (await d.all("w3")).length]).toEqual([1, 0, 0]);
    expect((await d.all())[0]).toMatchObject({ status: "waiting", attempts: 0 });
  });

  it("an event keeps its id and its text over all tries, which are later and later", async () => {
    const sent: { id: string | undefined; body: string }[] = [];
    const d = desk(async ({ headers, body }) => {
      sent.push({ id: headers["webhook-id"], body });
      return sent.length < 4 ? answers(500) : answers(200);
    });
    await d.add();
    await d.take("e1");
    for (let minute = 0; minute < 60 && sent.length < 4; minute += 1) {
      await d.deliver();
      d.time.now += 60_000;
    }
    expect(new Set(sent.map(({ id }) => id)).size).toBe(1);
    expect(new Set(sent.map(({ body }) => body)).size).toBe(1);
    expect((await d.all())[0]).toMatchObject({ status: "delivered", attempts: 4 });
    expect((await d.deps.webhooks.get("w1"))?.failing_since).toBeNull();
  });
});

describe("an address that does not answer", () => {
  it("an address that does not answer holds no other back", async () => {
    let free = (): void => {};
    const silent = new Promise<NoticeAnswer>((resolve) => {
      free = () => resolve({ kind: "failed", error: "no answer came in time" });
    });
    const reached: string[] = [];
    const d = desk(({ url }) => {
      if (url.includes("slow")) return silent;
      reached.push(url);
      if (reached.length === 3) free();
      return Promise.resolve(answers(200));
    });
    await d.add({}, "https://slow.example.com/");
    await d.add({ webhook_id: "w2" }, "https://quick.example.com/");
    for (const id of ["e1", "e2", "e3"]) await d.take(id);
    await d.deliver();
    expect(reached).toHaveLength(3);
  });

  it("an address that does not answer is asked for one of all that waits, and gets the rest once it answers", async () => {
    let up = false;
    let asked = 0;
    const d = desk(async () => {
      asked += 1;
      return up ? answers(200) : { kind: "failed", error: "refused" };
    });
    await d.add();
    await d.take("e0");
    await d.deliver();
    for (let n = 1; n <= 30; n += 1) await d.take(`e${n}`);
    d.time.now += 60_000;
    await d.deliver();
    expect(asked).toBe(2);
    up = true;
    d.time.now += 6 * 60_000;
    await d.deliver();
    expect((await d.all()).every(({ status }) => status === "delivered")).toBe(true);
  });

  it("an address that fails is asked once a minute at most, whatever happens and whichever process looks", async () => {
    const asked: number[] = [];
    const d = desk(async () => {
      asked.push(d.time.now);
      return answers(500);
    });
    await d.add();
    for (let second = 0; second < 300; second += 1) {
      await d.take(`e${second}`);
      // Each look is a process that has just begun, and two of them look at once.
      await Promise.all([d.deliver(d.process(d.table)), d.deliver(d.process(d.table))]);
      d.time.now += 1_000;
    }
    const [first = 0, second = 0, ...later] = asked;
    expect(second - first).toBeGreaterThanOrEqual(5_000);
    const pauses = later.map((at, place) => at - ([second, ...later][place] ?? 0));
    expect(pauses).toEqual([60_000, 60_000, 60_000, 60_000]);
  });

  it.each([0, 1, 2, 3, 4, 5])(
    "what comes due while it is looked what is due is looked for at once, not after a minute (after %i reads)",
    async (reads) => {
      let left = Number.POSITIVE_INFINITY;
      const passing = async <T>(read: Promise<T>): Promise<T> => {
        const found = await read;
        left -= 1;
        if (left === 0) d.time.now += 1;
        return found;
      };
      const d = desk(
        async () => answers(500),
        (table) => ({
          ...table,
          get: (key) => passing(table.get(key)),
          query: (pk, query) => passing(table.query(pk, query)),
        }),
      );
      await d.add();
      await d.take("e1");
      await d.deliver();
      const [again] = await d.deps.deliveries.waiting("w1", 1);
      const { left_alone_until = "" } = (await d.deps.webhooks.get("w1")) ?? {};
      const due = Math.max(Date.parse(again?.next_at ?? ""), Date.parse(left_alone_until));
      // A timer may end a millisecond before its time, as the clock tells it.
      d.time.now = due - 1;
      left = reads;
      const looked_for = await deliverTo(d.deps, "w1", () => false);
      const [{ attempts } = { attempts: 0 }] = await d.all();
      if (attempts === 1) expect(looked_for?.getTime()).toBe(due);
      else expect(attempts).toBe(2);
    },
  );

  it.each([20 * 60_000, 2 * HOUR, 240 * HOUR])(
    "an address that fails is asked again within the pauses that it is given, where the clock is set back meanwhile (%i ms)",
    async (back) => {
      const asked: number[] = [];
      let up = false;
      const d = desk(async () => {
        asked.push(d.time.now);
        return answers(up ? 200 : 500);
      });
      const minutes = async (count: number, isOver = () => false) => {
        for (let minute = 0; minute < count && !isOver(); minute += 1) {
          await d.deliver(d.process(d.table));
          d.time.now += 60_000;
        }
      };
      await d.add();
      await d.take("e1");
      await minutes(10);
      await d.take("e2");
      d.time.now -= back;
      await d.take("e3");
      const before = asked.length;
      // The longest that an address may ask to be left alone, and ten minutes by which clocks may differ.
      await minutes(71, () => asked.length > before);
      expect(asked.length).toBe(before + 1);
      await minutes(10);
      expect(asked.length).toBeGreaterThan(before + 2);
      expect(Date.parse((await d.deps.webhooks.get("w1"))?.failing_since ?? "")).toBeLessThanOrEqual(asked.at(-1) ?? 0);
      up = true;
      await minutes(9 * 60);
      expect((await d.all()).map(({ status }) => status)).toEqual(["delivered", "delivered", "delivered"]);
    },
  );

  it("deliveries that were put off before the clock was set back are due at once, and others when their time comes", async () => {
    let up = false;
    const d = desk(async () => answers(up ? 200 : 500));
    await d.add();
    await d.take("e1");
    await d.deliver();
    d.time.now += 10_000;
    await d.deliver();
    up = true;
    const [failed] = await d.all();
    expect(failed).toMatchObject({ attempts: 2, status: "waiting" });
    // Its address takes other events; a clock that goes right leaves it the pause that it was given.
    await d.take("e2");
    d.time.now += 60_000;
    await d.deliver();
    expect((await d.all()).map(({ status }) => status).toSorted()).toEqual(["delivered", "waiting"]);
    d.time.now -= 3 * HOUR;
    await d.deliver();
    expect((await d.all()).map(({ status }) => status)).toEqual(["delivered", "delivered"]);
  });

  it("an address that asks to be left alone is sent nothing until then, neither by what comes nor by what waits", async () => {
    let up = false;
    const asked: number[] = [];
    const d = desk(async () => {
      asked.push(d.time.now);
      return up ? answers(200) : { kind: "answered", status: 429, again_in_seconds: 600 };
    });
    await d.add();
    for (let n = 0; n < 40; n += 1) await d.take(`e${n}`);
    await d.deliver();
    expect(asked.length, "those under way at once").toBeLessThanOrEqual(4);
    const before = asked.length;
    up = true;
    for (let minute = 0; minute < 10; minute += 1) {
      await d.take(`m${minute}`);
      await d.deliver(d.process(d.table));
      d.time.now += 60_000;
    }
    expect(asked).toHaveLength(before);
    await d.deliver();
    expect((await d.all()).map(({ status }) => status)).toEqual(Array(50).fill("delivered"));
  });

  it("an address that does not answer is disabled after a day, people are told, and enabling it sends what waits", async () => {
    let up = false;
    const d = desk(async () => (up ? answers(200) : answers(503)));
    await d.add();
    await d.take("e1");
    for (let hour = 0; hour < 30; hour += 1) {
      await d.deliver();
      if (hour === 20) await d.take("e2");
      d.time.now += HOUR;
    }
    const disabled = await d.deps.webhooks.get("w1");
    expect(disabled).toMatchObject({ status: "disabled", disabled_because: expect.stringContaining("HTTP 503") });
    expect(d.bus.published.map(({ type }) => type)).toEqual(["WebhookDisabled"]);
    const noted = await d.deps.auditLog.chain("operators", "operators");
    expect(noted.map(({ type }) => type)).toEqual(["webhook_disabled"]);
    await d.take("e3");
    expect(await d.all()).toHaveLength(2);
    up = true;
    if (disabled !== undefined) await d.deps.webhooks.update({ ...disabled, status: "active", failing_since: null });
    await d.deliver();
    expect((await d.all()).find(({ event_id }) => event_id === "e2")?.status).toBe("delivered");
  });

  it("an address that does not answer is disabled only once that is on record, and its record says where that came to nothing", async () => {
    const d = desk(async () => answers(410));
    await d.add();
    await d.take("e1");
    const { webhooks, auditLog } = d.deps;
    const full = { ...auditLog, append: () => Promise.reject(new Error("the chain is full")) };
    await expect(d.deliver({ ...d.deps, auditLog: full })).rejects.toThrow();
    expect((await webhooks.get("w1"))?.status).toBe("active");
    d.time.now += HOUR;
    await d.take("e2");
    let isFirst = true;
    const update: typeof webhooks.update = async (changed) => {
      if (changed.status === "disabled" && isFirst) {
        isFirst = false;
        return "moved";
      }
      return webhooks.update(changed);
    };
    await d.deliver({ ...d.deps, webhooks: { ...webhooks, update } });
    expect((await webhooks.get("w1"))?.status).toBe("disabled");
    const noted = await auditLog.chain("operators", "operators");
    expect(noted.map(({ type }) => type)).toEqual(["webhook_disabled", "came_to_nothing", "webhook_disabled"]);
  });

  it("an address that does not answer is disabled at once where it says that it is gone", async () => {
    const d = desk(async () => answers(410));
    await d.add();
    await d.take("e1");
    await d.deliver();
    expect((await d.deps.webhooks.get("w1"))?.status).toBe("disabled");
    expect((await d.all())[0]?.status).toBe("failed");
  });

  it("an address says so where its secret is gone", async () => {
    const d = desk(async () => answers(200));
    await d.add();
    await d.deps.webhookSecrets.remove("w1");
    await d.take("e1");
    await d.deliver();
    expect((await d.all())[0]?.tries[0]?.error).toContain("its secret is gone");
  });
});

describe("deliveries of a month ago", () => {
  it("deliveries of a month ago are forgotten", async () => {
    const d = desk(async () => answers(200));
    await d.add();
    await d.take("e1");
    await d.deliver();
    d.time.now += 31 * 24 * HOUR;
    await d.deliver();
    expect(await d.all()).toEqual([]);
  });
});

describe("a receiver that verifies with the public library", () => {
  let receiver: WebhookReceiver;
  beforeEach(async () => {
    receiver = await startWebhookReceiver();
    receiver.trust(SECRET);
  });
  afterEach(() => receiver.stop());

  const notices = () => guardedNotices({ allowed_hosts: [receiver.host], networks: [], loopback: true });

  it("a receiver that verifies with the public library believes what it gets, and gets it until it has taken it", async () => {
    const d = desk((notice) => notices().send(notice, 5_000), undefined, Date.now());
    await d.add({}, receiver.url);
    await d.take("e1");
    receiver.misbehave(500, "reset", "redirect", 429);
    for (const seconds of [0, 10, 400, 2_400, 9_000]) {
      d.time.now += seconds * 1_000;
      await d.deliver();
    }
    const [stored] = await d.all();
    expect(stored).toMatchObject({ status: "delivered", attempts: 5 });
    expect(stored?.tries.map(({ status }) => status)).toEqual([500, null, 307, 429, 204]);
    // It sees its own time, and a signature of hours ahead is not believed: the first try's is of now.
    expect(receiver.received[0]).toMatchObject({
      verified: true,
      payload: { type: "LearningSignal", data: { id: "e1", note: "n" } },
    });
    expect(new Set(receiver.received.map(({ id }) => id)).size).toBe(1);
  });

  it("a receiver is waited for so long at most, and its answer is not read", async () => {
    const notice = { url: receiver.url, headers: {}, body: "{}" };
    receiver.misbehave("silent", "endless_body");
    expect(await notices().send(notice, 200)).toEqual({ kind: "failed", error: "no answer came in time" });
    expect(await notices().send(notice, 5_000)).toEqual({ kind: "answered", status: 200 });
  });

  it("a receiver is not reached where no setting names its host, nor inside a network", async () => {
    const options = { networks: [], loopback: true };
    const notice = { url: receiver.url, headers: {}, body: "{}" };
    const before = receiver.received.length;
    const elsewhere = guardedNotices({ ...options, allowed_hosts: ["example.com"] });
    expect(await elsewhere.send(notice, 5_000)).toMatchObject({ kind: "failed" });
    const inside = guardedNotices({ ...options, allowed_hosts: ["*"], resolve: async () => ["10.0.0.1"] });
    const answer = await inside.send({ ...notice, url: "https://desk.example.com/" }, 5_000);
    expect(answer).toMatchObject({ kind: "failed", error: expect.stringContaining("10.0.0.1") });
    expect(receiver.received).toHaveLength(before);
  });
});
