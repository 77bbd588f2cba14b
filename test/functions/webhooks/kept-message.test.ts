import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { guardedNotices } from "../../../functions/adapters/http/guarded-notices.ts";
import { webhookCreated } from "../../../functions/api/schemas.ts";
import { sweep } from "../../../functions/execution/wait/sweep.ts";
import { deliver } from "../../../functions/webhooks/deliver.ts";
import { takeEvent } from "../../../functions/webhooks/take-event.ts";
import type { Notices } from "../../../shared/ports/webhooks.ts";
import { BOT_TOKEN, CHANNEL, type Slack, startSlack } from "../../counterparts/slack.ts";
import { dyingAt, quietly } from "../../harness/dying.ts";
import { approval } from "../../ports/records.ts";
import { as, harness, POLICY, problemIn, updatePlan } from "../api/harness.ts";
import { desk, SECRET } from "./desk.ts";

const SIGNING = "8f742231b10e8888abcd99yyyzzz85a5";
const ADA = as("ada", ["contracts:write", "read"]);
const BOB = as("bob", ["approvals:decide", "executions:write", "read"]);
const APP = { slack_signing_secret: SIGNING, slack_bot_token: BOT_TOKEN, slack_channel: CHANNEL };

let slack: Slack;
beforeAll(async () => {
  slack = await startSlack(SIGNING);
});
afterAll(() => slack.stop());
beforeEach(() => slack.clear());

const overTheNet = (): Notices => guardedNotices({ allowed_hosts: [slack.host], networks: [], loopback: true });

/** A request that waits, and the address of a channel that is told of it. */
const asked = async (app: object = APP, notices: Notices = overTheNet()) => {
  const h = await harness({ policy: { ...POLICY, allowed_hosts: [slack.host] }, notices });
  const body = { url: slack.url, kind: "slack", ...app };
  const { webhook } = webhookCreated.parse(await (await h.post("/webhooks", body, ADA)).json());
  let heard = 0;
  /** The events that were published since are told. */
  const tell = async () => {
    const fresh = h.bus.published.slice(heard);
    heard = h.bus.published.length;
    for (const { type, detail } of fresh) await deliver(h.deps)({ source: "buddy", "detail-type": type, detail });
  };
  const later = async (seconds: number) => {
    h.time.now += seconds * 1_000;
    await deliver(h.deps)({});
  };
  const request = async () => {
    const [found] = await h.deps.approvals.ofExecution("01EX0002");
    if (found === undefined) throw new Error("no request");
    return found;
  };
  const decide = async (given: object) => {
    const { approval_id, digest } = await request();
    const answer = await h.post(`/approvals/${approval_id}/decision`, { digest, comment: null, ...given }, BOB);
    expect(answer.status).toBe(200);
    await h.settle();
    await tell();
  };
  const deliveries = async () => (await h.deps.deliveries.list(webhook.webhook_id, { limit: 50, next: null })).items;
  await h.post("/executions", { plans: [updatePlan("p1")] });
  await h.settle();
  await tell();
  return { h, tell, later, request, decide, deliveries };
};

describe("a message of a request that nobody has to decide any more", () => {
  it("a message of a request that is decided has no buttons, and says who decided it elsewhere", async () => {
    const { decide, deliveries } = await asked();
    expect(slack.labels(0)).toEqual(["Approve", "Reject"]);
    await decide({ decision: "approve", comment: "as agreed" });
    expect(slack.labels(0)).toEqual([]);
    expect(slack.textOf(0)).toContain("approved by bob: as agreed");
    expect(slack.channel).toHaveLength(1);
    expect(await deliveries()).toMatchObject([{ status: "delivered", posted: { channel: CHANNEL } }]);
  });

  it("a message of a request that was rejected says so, and why", async () => {
    const { decide } = await asked();
    await decide({ decision: "reject", comment: "the wrong <!channel> stage" });
    expect(slack.textOf(0)).toContain("rejected by bob: the wrong <!channel> stage");
  });

  it("a kept message says that its request expired", async () => {
    const { h, tell } = await asked();
    h.time.now += 4 * 86_400_000;
    await sweep(h.deps)();
    await h.settle();
    await tell();
    expect(slack.textOf(0)).toContain("expired, decided by nobody");
    expect(slack.labels(0)).toEqual([]);
  });

  it("a kept message says that its request was taken back, with its execution", async () => {
    const { h, tell } = await asked();
    expect((await h.post("/executions/01EX0002/abort", { reason: "the wrong list" })).status).toBe(202);
    await h.settle();
    await tell();
    expect(slack.textOf(0)).toContain("taken back");
    expect(slack.labels(0)).toEqual([]);
  });

  it("a kept message says of a request that was changed that it is asked anew, in a message of its own", async () => {
    const { decide } = await asked();
    await decide({ decision: "edit", comment: "too far", arguments: { contact_id: "c1", fields: { stage: "lead" } } });
    expect(slack.textOf(0)).toContain("changed, and asked anew by bob: too far");
    expect(slack.labels(0)).toEqual([]);
    expect(slack.labels(1)).toEqual(["Approve", "Reject"]);
  });

  it("a kept message has its buttons and says whom its request was put to, while that goes from one to the next", async () => {
    const { h, request } = await asked();
    const open = await request();
    const at = open.created_at;
    const first = { name: "carol", place: 0, at, because: "first" as const, passed_over: [] };
    const next = { name: "dora", place: 1, at, because: "unopened" as const, passed_over: [] };
    await h.deps.approvals.update({ ...open, asked_in_order: ["carol", "dora"], asked: [first, next], told: 2 });
    const detail = { id: `${open.approval_id}/asked/1`, approval_id: open.approval_id, to: ["dora"] };
    await deliver(h.deps)({ source: "buddy", "detail-type": "ApprovalEscalated", detail });
    expect(slack.channel).toHaveLength(2);
    for (const place of [0, 1]) {
      expect(slack.textOf(place)).toContain("dora");
      expect(slack.labels(place)).toEqual(["Approve", "Reject"]);
    }
  });

  it("a kept message has its buttons and says until when its request is open, once somebody gave it more time", async () => {
    const { h, tell, request } = await asked();
    const before = await request();
    const path = `/approvals/${before.approval_id}/extend`;
    expect((await h.post(path, { seconds: 86_400 }, BOB)).status).toBe(200);
    await sweep(h.deps)();
    await tell();
    const { expires_at } = await request();
    expect(expires_at).not.toBe(before.expires_at);
    expect(slack.textOf(0)).toContain(`Open until ${expires_at}`);
    expect(slack.labels(0)).toEqual(["Approve", "Reject"]);
    expect(slack.channel).toHaveLength(1);
  });

  it("a message stays as it was sent where the address is an incoming webhook alone", async () => {
    const { slack_channel: _none, ...app } = APP;
    const { decide } = await asked(app);
    await decide({ decision: "approve" });
    expect(slack.labels(0)).toEqual(["Approve", "Reject"]);
    expect(slack.calls).toEqual([]);
  });
});

describe("a request that closes while its message is on the way", () => {
  it("a request that closes while its message is on the way is shown as it ended, in one message", async () => {
    const net = overTheNet();
    let close: (() => Promise<void>) | undefined;
    const { h, request, later } = await asked(APP, {
      send: async (notice, timeout_ms) => {
        const act = notice.url.endsWith("chat.postMessage") ? close : undefined;
        close = undefined;
        const answer = await net.send(notice, timeout_ms);
        // Slack has it, and who posted does not know yet.
        await act?.();
        return answer;
      },
    });
    const open = await request();
    close = async () => {
      const stands = await h.deps.approvals.get(open.approval_id);
      await h.deps.approvals.update({ ...(stands ?? open), status: "expired", decided_at: open.created_at });
      await takeEvent(h.deps)({ type: "ApprovalClosed", detail: { id: "c", approval_id: open.approval_id } });
    };
    const reminder = { id: `${open.approval_id}/reminder`, approval_id: open.approval_id };
    await deliver(h.deps)({ source: "buddy", "detail-type": "ApprovalReminder", detail: reminder });
    await later(120);
    expect(slack.channel).toHaveLength(2);
    for (const place of [0, 1]) expect(slack.textOf(place)).toContain("expired");
  });

  it("a request that is over before its message is sent is not posted", async () => {
    const { h, request } = await asked();
    slack.clear();
    const open = await request();
    await h.deps.approvals.update({ ...open, status: "expired", decided_at: open.created_at });
    const reminder = { id: `${open.approval_id}/reminder`, approval_id: open.approval_id };
    await deliver(h.deps)({ source: "buddy", "detail-type": "ApprovalReminder", detail: reminder });
    expect(slack.channel).toEqual([]);
  });
});

describe("Slack's refusals", () => {
  it("Slack's refusals that ask for patience are heeded, and the message is changed then", async () => {
    const { decide, later } = await asked();
    slack.trouble("chat.update", "ratelimited");
    await decide({ decision: "approve" });
    await later(20);
    expect(slack.labels(0)).toEqual(["Approve", "Reject"]);
    await later(15);
    expect(slack.textOf(0)).toContain("approved by bob");
  });

  it("a refusal for a message that somebody deleted ends its delivery: nothing is left to change", async () => {
    const { decide, deliveries } = await asked();
    slack.remove(0);
    await decide({ decision: "approve" });
    expect(slack.channel).toHaveLength(1);
    expect(await deliveries()).toMatchObject([{ status: "delivered" }]);
  });

  it("a refusal to change what is too old ends the delivery too, and the log says so", async () => {
    const { h, decide, deliveries } = await asked();
    slack.trouble("chat.update", { error: "edit_window_closed" });
    await decide({ decision: "approve" });
    expect(await deliveries()).toMatchObject([{ status: "delivered" }]);
    expect(JSON.stringify(h.logged)).toMatch(/a message of Slack stays as it was.*edit_window_closed/u);
  });

  it("a message refused for its length is said in short, once, and changed in short when there is more time", async () => {
    slack.limit(1_200);
    const { tell, h, request, later } = await asked();
    expect(slack.channel).toHaveLength(1);
    expect(slack.textOf(0)).toContain("too long for a message");
    expect(slack.calls).toEqual(["chat.postMessage", "chat.postMessage"]);
    const { approval_id } = await request();
    expect((await h.post(`/approvals/${approval_id}/extend`, { seconds: 3_600, reason: "late" }, BOB)).status).toBe(
      200,
    );
    await sweep(h.deps)();
    await tell();
    await later(60);
    expect(slack.channel).toHaveLength(1);
    expect(slack.calls.slice(2)).toEqual(["chat.update", "chat.update"]);
    expect(slack.textOf(0)).toContain("too long for a message");
  });

  it("Slack's refusals of a channel are shown with a remedy, and tried again", async () => {
    const { deliveries, later } = await asked({ ...APP, slack_channel: "C0WRONG" });
    const [delivery] = await deliveries();
    expect(delivery).toMatchObject({ status: "waiting", tries: [{ status: null }] });
    expect(delivery?.tries[0]?.error).toMatch(/channel_not_found: is slack_channel the id/u);
    await later(10);
    expect((await deliveries())[0]?.attempts).toBe(2);
  });
});

describe("a message whose posting had no answer", () => {
  const lost = async () => {
    slack.trouble("chat.postMessage", "lost");
    const found = await asked();
    expect(slack.channel).toHaveLength(1);
    await found.later(10);
    return found;
  };

  it("a message whose posting had no answer is found by the mark it carries, where the app may read the channel", async () => {
    slack.allow("channels:history");
    const { decide } = await lost();
    expect(slack.channel).toHaveLength(1);
    await decide({ decision: "approve" });
    expect(slack.textOf(0)).toContain("approved by bob");
  });

  it("a message whose posting had no answer is posted again where the app may not read: told twice rather than never", async () => {
    const { decide } = await lost();
    expect(slack.channel).toHaveLength(2);
    await decide({ decision: "approve" });
    expect(slack.textOf(1)).toContain("approved by bob");
  });
});

describe("a process that is killed at any moment", () => {
  it.each(["before", "after"] as const)(
    "a process killed at any moment leaves one message, and a true one: %s any write or request",
    async (when) => {
      let place = 0;
      for (let lived = false; !lived; ) {
        place += 1;
        slack.clear();
        slack.allow("channels:history");
        const first = dyingAt(place, when);
        const net = overTheNet();
        let process: "first" | "second" = "first";
        const d = desk((notice) => {
          const send = () => net.send(notice, 5_000);
          return process === "first" ? first.step(send) : send();
        });
        const kept = { kind: "slack", slack_channel: CHANNEL } as const;
        await d.add({ ...kept, event_types: ["ApprovalRequested"] }, slack.url);
        const secret = { signing: SECRET, previous: null, url: slack.url, slack_signing_secret: SIGNING };
        await d.deps.webhookSecrets.put("w1", { ...secret, slack_bot_token: BOT_TOKEN });
        const open = await d.deps.approvals.open(approval({ status: "open", created_at: "2030-01-01T12:00:00.000Z" }));
        const { approval_id } = open;
        const events = [
          { type: "ApprovalRequested", detail: { id: approval_id, approval_id } },
          { type: "ApprovalClosed", detail: { id: `${approval_id}/closed`, approval_id } },
        ] as const;
        const dying = d.process(first.over(d.table));
        await quietly(takeEvent(dying)(events[0]));
        await quietly(d.deliver(dying));
        // A publisher that died tells its event again.
        await takeEvent(d.deps)(events[0]);
        await d.deps.approvals.update({ ...open, status: "expired", decided_at: "2030-01-01T12:01:00.000Z" });
        await quietly(takeEvent(dying)(events[1]));
        await quietly(d.deliver(dying));
        lived = !first.died();
        process = "second";
        await takeEvent(d.deps)(events[1]);
        for (let minute = 0; minute < 10; minute += 1) {
          d.time.now += 60_000;
          await d.deliver();
        }
        expect(slack.channel.length, `killed ${when} step ${place}`).toBeLessThanOrEqual(1);
        for (const at of slack.channel.keys())
          expect(slack.textOf(at), `killed ${when} step ${place}`).toContain("expired");
      }
      expect(place).toBeGreaterThan(8);
    },
  );
});

describe("the address of a channel", () => {
  it("the address of a channel is refused without the bot that writes there, and where Slack's methods are out of reach", async () => {
    const h = await harness({ policy: { ...POLICY, allowed_hosts: ["hooks.slack.com"] } });
    const url = "https://hooks.slack.com/services/T0/B0/x";
    const { slack_bot_token: _none, ...without } = APP;
    for (const app of [without, APP]) {
      const { violations = [] } = await problemIn(await h.post("/webhooks", { url, kind: "slack", ...app }, ADA));
      expect(violations[0]?.path).toBe("/slack_channel");
    }
    const unreachable = await problemIn(await h.post("/webhooks", { url, kind: "slack", ...APP }, ADA));
    expect(unreachable.violations?.[0]?.message).toContain("--allow-host slack.com");
  });
});
