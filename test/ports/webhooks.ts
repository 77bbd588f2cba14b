import { describe, expect, it } from "vitest";
import type { Deliveries, Webhooks } from "../../shared/ports/webhooks.ts";
import { aDelivery, aWebhook } from "../shared/webhooks/deliveries.ts";
import { at, numbers } from "./records.ts";

export const describeWebhooks = (make: () => Promise<Webhooks>): void => {
  describe("registered addresses", () => {
    it("registered addresses are listed, found and removed", async () => {
      const webhooks = await make();
      await webhooks.add(aWebhook());
      await webhooks.add(aWebhook({ webhook_id: "w2" }));
      expect((await webhooks.all()).map(({ webhook_id }) => webhook_id)).toEqual(["w1", "w2"]);
      expect(await webhooks.get("w2")).toEqual(aWebhook({ webhook_id: "w2" }));
      await webhooks.remove("w1");
      expect(await webhooks.get("w1")).toBeUndefined();
    });

    it("registered addresses are changed by one of those who change the same at once", async () => {
      const webhooks = await make();
      await webhooks.add(aWebhook());
      const changed = await Promise.all(numbers(3).map((n) => webhooks.update(aWebhook({ description: `d${n}` }))));
      expect(changed.filter((each) => each === "moved")).toHaveLength(2);
      expect(await webhooks.get("w1")).toMatchObject({ version: 2 });
    });
  });
};

export const describeDeliveries = (make: () => Promise<Deliveries>): void => {
  describe("deliveries", () => {
    const of = (n: number, changes = {}) =>
      aDelivery({ delivery_id: `d${n}`, created_at: at(n), next_at: at(n), ...changes });

    it("deliveries are opened once, whoever does it and whenever", async () => {
      const deliveries = await make();
      const opened = await Promise.all(numbers(4).map((n) => deliveries.open(aDelivery({ created_at: at(n) }))));
      const [first] = opened;
      for (const each of opened) expect(each.created_at).toBe(first?.created_at);
      expect((await deliveries.list("w1", { limit: 10, next: null })).items).toHaveLength(1);
    });

    it("deliveries are changed by one of those who change the same at once, and stand as that one left them", async () => {
      const deliveries = await make();
      const opened = await deliveries.open(aDelivery());
      const changed = await Promise.all(numbers(3).map((n) => deliveries.update({ ...opened, attempts: n })));
      expect(changed.filter((each) => each === "moved")).toHaveLength(2);
      const stored = changed.find((each) => each !== "moved");
      expect(await deliveries.get("w1", opened.delivery_id)).toEqual(stored);
    });

    it("deliveries wait in the order in which they are tried, and no more once they are over", async () => {
      const deliveries = await make();
      for (const n of [3, 1, 2]) await deliveries.open(of(n));
      await deliveries.open(of(4, { webhook_id: "w2" }));
      const ids = async () => (await deliveries.waiting("w1", 2)).map(({ delivery_id }) => delivery_id);
      expect(await ids()).toEqual(["d1", "d2"]);
      const first = await deliveries.get("w1", "d1");
      if (first === undefined) throw new Error("gone");
      await deliveries.update({ ...first, status: "delivered", next_at: null });
      expect(await ids()).toEqual(["d2", "d3"]);
      expect(await deliveries.waiting("w1", 1)).toEqual([{ delivery_id: "d2", next_at: at(2), put_off_after: at(2) }]);
    });

    it("deliveries are listed newest first, page by page", async () => {
      const deliveries = await make();
      for (const n of numbers(5)) await deliveries.open(of(n));
      const seen: string[] = [];
      for (let next: string | null = null; ; ) {
        const page = await deliveries.list("w1", { limit: 2, next });
        seen.push(...page.items.map(({ delivery_id }) => delivery_id));
        if (page.next === null) break;
        next = page.next;
      }
      expect(seen).toEqual(["d5", "d4", "d3", "d2", "d1"]);
    });

    it("deliveries are forgotten when they are old and wait for nothing", async () => {
      const deliveries = await make();
      await deliveries.open(of(1));
      for (const n of [2, 3]) await deliveries.open(of(n, { status: "delivered", next_at: null }));
      expect(await deliveries.forget("w1", at(3), 10)).toBe(1);
      const left = (await deliveries.list("w1", { limit: 10, next: null })).items;
      expect(left.map(({ delivery_id }) => delivery_id)).toEqual(["d3", "d1"]);
      expect(await deliveries.get("w1", "d2")).toBeUndefined();
    });
  });
};
