import { describe, expect, it } from "vitest";
import {
  deliveryPage,
  deliveryReply,
  webhookCreated,
  webhookList,
  webhookReply,
  webhookRotated,
} from "../../../functions/api/schemas.ts";
import { takeEvent } from "../../../functions/webhooks/take-event.ts";
import { signatureHeaders, stillHolding } from "../../../shared/webhooks/signature.ts";
import { as, type Harness, harness, POLICY, problemIn } from "./harness.ts";

const ADA = as("ada", ["contracts:write", "read"]);
const policy = { ...POLICY, allowed_hosts: ["*.example.com", "127.0.0.1:9999"] };
const URL_OF = "https://desk.example.com/buddy?team=1";

const add = async (h: Harness, more: Record<string, unknown> = {}) =>
  webhookCreated.parse(await (await h.post("/webhooks", { url: URL_OF, ...more }, ADA)).json());
const deliveriesOf = async (h: Harness, id: string) =>
  deliveryPage.parse(await (await h.get(`/webhooks/${id}/deliveries`, ADA)).json()).items;

describe("POST /webhooks", () => {
  it("an address is registered, its secret shown this once, and itself kept apart from what is shown", async () => {
    const h = await harness({ policy });
    const { webhook, secret } = await add(h);
    expect(secret).toMatch(/^whsec_[\w+/]{43}=$/);
    expect(webhook).toMatchObject({ address: "https://desk.example.com/buddy", created_by: "ada", event_types: null });
    const { webhooks } = webhookList.parse(await (await h.get("/webhooks", ADA)).json());
    expect(webhooks).toEqual([webhook]);
    const kept = await h.deps.webhookSecrets.get(webhook.webhook_id);
    expect(kept).toMatchObject({ signing: secret, url: URL_OF });
    const acts = JSON.stringify(await Array.fromAsync(h.deps.auditLog.events("operators")));
    expect(acts).toContain("webhook_added");
    for (const text of [secret, "team=1"]) expect(acts).not.toContain(text);
  });

  it("an address that an earlier release kept whole is shown without what looks made up", async () => {
    const h = await harness({ policy });
    const { webhook_id } = (await add(h)).webhook;
    const kept = await h.deps.webhooks.get(webhook_id);
    if (kept === undefined) throw new Error("it is kept");
    await h.deps.webhooks.update({ ...kept, address: "https://desk.example.com/hooks/canary0text1drawn2" });
    const { webhooks } = webhookList.parse(await (await h.get("/webhooks", ADA)).json());
    expect(webhooks.map(({ address }) => address)).toEqual(["https://desk.example.com/hooks/(secret)"]);
  });

  it("an address that people are written to is shown by its host alone", async () => {
    const h = await harness({ policy });
    const { webhook } = await add(h, { kind: "teams" });
    expect(webhook).toMatchObject({
      address: "https://desk.example.com",
      event_types: ["ApprovalRequested", "ApprovalReminder"],
    });
  });

  it.each([
    ["a host that no setting names", { url: "https://elsewhere.example.org/" }, "/url", "--allow-host elsewhere"],
    ["plain http", { url: "http://desk.example.com:443/" }, "/url", "https"],
    ["credentials in it", { url: "https://u:p@desk.example.com/" }, "/url", "no name and no password"],
    ["no address", { url: "desk.example.com" }, "/url", "whole address"],
    ["an event that there is not", { event_types: ["Nothing"] }, "/event_types/0", "ApprovalRequested"],
    ["an event that is no message", { kind: "slack", event_types: ["LearningSignal"] }, "/event_types/0", "message"],
    ["a Slack app elsewhere", { slack_signing_secret: "x".repeat(32) }, "/slack_signing_secret", "slack only"],
  ])("an address with %s is refused with its place, and nothing is kept", async (_what, body, path, words) => {
    const h = await harness({ policy });
    const { violations = [] } = await problemIn(await h.post("/webhooks", { url: URL_OF, ...body }, ADA));
    expect(violations[0]).toMatchObject({ path, message: expect.stringContaining(words) });
    expect(await h.deps.webhooks.all()).toEqual([]);
  });

  it("an address may be this machine's where it is named, and there are so many at most", async () => {
    const h = await harness({ policy });
    for (let n = 0; n < 50; n += 1) await add(h, { url: "http://127.0.0.1:9999/" });
    const refused = await h.post("/webhooks", { url: URL_OF }, ADA);
    expect(refused.status).toBe(409);
  });
});

describe("an address", () => {
  it("an address gets a new secret, and the one before signs as well for a day", async () => {
    const h = await harness({ policy });
    const { webhook, secret } = await add(h);
    const path = `/webhooks/${webhook.webhook_id}/rotate`;
    const rotated = webhookRotated.parse(await (await h.post(path, {}, ADA)).json());
    expect(rotated.secret).not.toBe(secret);
    expect(rotated.previous_until).toBe("2026-02-01T12:00:00.000Z");
    expect(await h.deps.webhookSecrets.get(webhook.webhook_id)).toMatchObject({
      signing: rotated.secret,
      previous: { signing: secret, until: rotated.previous_until },
    });
  });

  it("an address keeps signing under every secret that was replaced within a day, three at most", async () => {
    const h = await harness({ policy });
    const { webhook, secret } = await add(h);
    const rotate = () => h.post(`/webhooks/${webhook.webhook_id}/rotate`, {}, ADA);
    const second = webhookRotated.parse(await (await rotate()).json()).secret;
    h.time.now += 3_600_000;
    const third = webhookRotated.parse(await (await rotate()).json()).secret;
    const kept = await h.deps.webhookSecrets.get(webhook.webhook_id);
    const request = { id: "m1", body: "{}" };
    const signaturesAt = (hours: number): string[] => {
      if (kept === undefined) throw new Error("no secret is kept");
      return (
        signatureHeaders(kept, request, new Date(h.time.now + hours * 3_600_000))["webhook-signature"] ?? ""
      ).split(" ");
    };
    const alone = (signing: string, hours: number) =>
      signatureHeaders({ signing, previous: null }, request, new Date(h.time.now + hours * 3_600_000))[
        "webhook-signature"
      ];
    expect(signaturesAt(0)).toEqual([third, second, secret].map((each) => alone(each, 0)));
    expect(signaturesAt(23.5)).toEqual([third, second].map((each) => alone(each, 23.5)));
    expect(signaturesAt(25)).toEqual([alone(third, 25)]);
    expect((await rotate()).status).toBe(200);
    const refused = await rotate();
    expect([refused.status, (await problemIn(refused)).detail]).toEqual([
      409,
      expect.stringContaining("rotate after 2026-02-01T12:00:00.000Z"),
    ]);
  });

  it("two rotations at the same moment come one after the other: every secret that was printed signs", async () => {
    const h = await harness({ policy });
    const { webhook, secret } = await add(h);
    const rotate = () => h.post(`/webhooks/${webhook.webhook_id}/rotate`, {}, ADA);
    const answers = await Promise.all([rotate(), rotate()]);
    const printed = await Promise.all(answers.map(async (each) => webhookRotated.parse(await each.json()).secret));
    const kept = await h.deps.webhookSecrets.get(webhook.webhook_id);
    if (kept === undefined) throw new Error("no secret is kept");
    const signing = [
      kept.signing,
      ...stillHolding(kept, new Date(h.time.now).toISOString()).map((each) => each.signing),
    ];
    expect(signing.toSorted()).toEqual([secret, ...printed].toSorted());
  });

  it("an address is removed with its secret; what waits for it is not sent", async () => {
    const h = await harness({ policy });
    const { webhook_id } = (await add(h)).webhook;
    for (const refused of [
      await h.remove(`/webhooks/${webhook_id}x`, ADA),
      await h.get(`/webhooks/${webhook_id}x/deliveries`, ADA),
    ]) {
      expect((await problemIn(refused)).detail).toBe(
        `webhook ${webhook_id}x does not exist; did you mean "${webhook_id}"?`,
      );
    }
    expect((await h.remove(`/webhooks/${webhook_id}`, ADA)).status).toBe(200);
    expect((await h.remove(`/webhooks/${webhook_id}`, ADA)).status).toBe(404);
    expect(await h.deps.webhookSecrets.get(webhook_id)).toBeUndefined();
    expect((await h.get(`/webhooks/${webhook_id}/deliveries`, ADA)).status).toBe(404);
  });

  it("an address that was disabled is enabled by a person, and refuses tests until then", async () => {
    const waits: string[] = [];
    const h = await harness({ policy, courier: { waits: (id) => void waits.push(id) } });
    const { webhook_id } = (await add(h)).webhook;
    const stored = await h.deps.webhooks.get(webhook_id);
    if (stored === undefined) throw new Error("gone");
    await h.deps.webhooks.update({ ...stored, status: "disabled", disabled_because: "gone", disabled_at: "t" });
    expect((await h.post(`/webhooks/${webhook_id}/test`, {}, ADA)).status).toBe(409);
    const enabled = webhookReply.parse(await (await h.post(`/webhooks/${webhook_id}/enable`, {}, ADA)).json());
    expect(enabled.webhook).toMatchObject({ status: "active", disabled_because: null });
    expect(waits).toEqual([webhook_id]);
  });
});

describe("deliveries", () => {
  it.each(["test", "resend"])(
    "deliveries that a person asks for by %s find an address that is left alone no longer",
    async (by) => {
      const waits: string[] = [];
      const h = await harness({ policy, courier: { waits: (id) => void waits.push(id) } });
      const { webhook_id } = (await add(h)).webhook;
      const [opened] = await takeEvent(h.deps)({ type: "LearningSignal", detail: { id: "e1" } });
      const stored = await h.deps.webhooks.get(webhook_id);
      if (stored === undefined || opened === undefined) throw new Error("gone");
      const failing = { failing_since: stored.created_at, left_alone_until: "2099-01-01T00:00:00.000Z" };
      await h.deps.webhooks.update({ ...stored, ...failing });
      const path = by === "test" ? "test" : `deliveries/${opened.delivery_id}/resend`;
      expect((await h.post(`/webhooks/${webhook_id}/${path}`, {}, ADA)).ok).toBe(true);
      const asked = await h.deps.webhooks.get(webhook_id);
      expect(asked).toMatchObject({ failing_since: stored.created_at });
      expect(asked?.left_alone_until).toBeUndefined();
      expect(waits).toEqual([webhook_id, webhook_id]);
    },
  );

  it("deliveries to an address that is left alone are said to be sent no sooner than that is over", async () => {
    const h = await harness({ policy });
    const { webhook_id } = (await add(h)).webhook;
    await takeEvent(h.deps)({ type: "LearningSignal", detail: { id: "e1" } });
    const [due] = await deliveriesOf(h, webhook_id);
    const stored = await h.deps.webhooks.get(webhook_id);
    if (stored === undefined) throw new Error("gone");
    const until = "2026-01-31T12:01:00.000Z";
    await h.deps.webhooks.update({ ...stored, failing_since: stored.created_at, left_alone_until: until });
    expect((await deliveriesOf(h, webhook_id)).map(({ next_at }) => next_at)).toEqual([until]);
    await h.deps.webhooks.update({ ...stored, version: stored.version + 1 });
    expect(await deliveriesOf(h, webhook_id)).toEqual([due]);
  });

  it("deliveries are listed without what was in them, and sent once more under the same id", async () => {
    const h = await harness({ policy });
    const { webhook_id } = (await add(h)).webhook;
    await takeEvent(h.deps)({ type: "LearningSignal", detail: { id: "e1", insight: "quiet please" } });
    const [first] = await deliveriesOf(h, webhook_id);
    expect(JSON.stringify(first)).not.toContain("quiet please");
    const stored = await h.deps.deliveries.get(webhook_id, String(first?.delivery_id));
    if (stored === undefined) throw new Error("gone");
    await h.deps.deliveries.update({ ...stored, status: "failed", next_at: null, attempts: 8 });
    const path = `/webhooks/${webhook_id}/deliveries/${stored.delivery_id}/resend`;
    const { delivery } = deliveryReply.parse(await (await h.post(path, {}, ADA)).json());
    expect(delivery).toMatchObject({ delivery_id: stored.delivery_id, status: "waiting", attempts: 0 });
    expect((await h.post(path.replace(stored.delivery_id, "none"), {}, ADA)).status).toBe(404);
  });

  it("deliveries of a test are asked for by a person, and each is another", async () => {
    const h = await harness({ policy });
    const { webhook_id } = (await add(h, { event_types: ["ApprovalRequested"] })).webhook;
    for (let n = 0; n < 2; n += 1) expect((await h.post(`/webhooks/${webhook_id}/test`, {}, ADA)).status).toBe(202);
    const all = await deliveriesOf(h, webhook_id);
    expect(all.map(({ event_type }) => event_type)).toEqual(["WebhookTest", "WebhookTest"]);
    expect(new Set(all.map(({ delivery_id }) => delivery_id)).size).toBe(2);
  });
});
