import { describe, expect, it } from "vitest";
import type { ApprovalRequest } from "../../shared/execution/approval/approval.ts";
import { requestLink } from "../../shared/execution/approval/request-link.ts";
import type { ApprovalLinks, Approvals, PendingDecisions } from "../../shared/ports/approvals.ts";
import type { PendingAnnouncements, PendingStops } from "../../shared/ports/executions.ts";
import { AWKWARD, approval, at, numbers } from "./records.ts";

type Linked = { readonly approvals: Approvals; readonly approvalLinks: ApprovalLinks };

export const describeApprovalLinks = (make: () => Promise<Linked>): void => {
  describe("links to approvals", () => {
    it("links to approvals lead to the request that was opened with them, each by itself", async () => {
      const { approvals, approvalLinks } = await make();
      const [a1, a2, a3] = ["1", "2", "3"].map((digit) => `ap-${digit.repeat(24)}`) as [string, string, string];
      const opened = (approval_id: string, secret: string, seconds: number) =>
        approvals.open(approval({ approval_id }), {
          link: requestLink(approval_id, secret),
          expires_at: at(seconds),
        });
      expect(await approvalLinks.get(`${a1}_one`)).toBeUndefined();
      await opened(a1, "one", 60);
      await opened(a1, "other_-", 120);
      await approvals.open(approval({ approval_id: a2 }));
      expect(await approvalLinks.get(`${a1}_one`)).toEqual({ approval_id: a1, expires_at: at(60) });
      expect(await approvalLinks.get(`${a1}_other_-`)).toEqual({ approval_id: a1, expires_at: at(120) });
      for (const never of [`${a1}_ONE`, `${a2}_one`, `${a3}_one`, "one", a1, `${a1}_`, AWKWARD]) {
        expect(await approvalLinks.get(never), never).toBeUndefined();
      }
    });
  });
};

export const describeApprovals = (make: () => Promise<Approvals>): void => {
  describe("approvals", () => {
    it("approvals are opened once; who opens again gets what stands there", async () => {
      const approvals = await make();
      expect(await approvals.open(approval())).toEqual(approval());
      const decided = await approvals.update(approval({ status: "approved", decided_by: "bob" }));
      expect(await approvals.open(approval({ summary: "another" }))).toEqual(decided);
      expect(await approvals.get("a1")).toEqual(decided);
      expect(await approvals.get("a2")).toBeUndefined();
    });

    it("approvals take exactly one of many decisions", async () => {
      const approvals = await make();
      await approvals.open(approval());
      const results = await Promise.all(
        numbers(20).map((n) =>
          approvals.update(approval({ status: n % 2 ? "approved" : "rejected", comment: `${n}` })),
        ),
      );
      const winners = results.filter((result) => result !== "moved");
      expect(winners).toHaveLength(1);
      expect(await approvals.get("a1")).toEqual(winners[0]);
    });

    it("approvals are not decided again once they are decided, even by a writer that has read that", async () => {
      const approvals = await make();
      await approvals.open(approval());
      const rejected = await approvals.update(approval({ status: "rejected" }));
      expect(rejected).toMatchObject({ status: "rejected", version: 2 });
      expect(await approvals.update(approval({ status: "approved", version: 2 }))).toBe("moved");
      expect((await approvals.get("a1"))?.status).toBe("rejected");
    });

    it("approvals are updated while they stay open, version by version", async () => {
      const approvals = await make();
      const opened = await approvals.open(approval());
      const seen = await approvals.update({ ...opened, opened_by: ["bob"] });
      expect(seen).toEqual({ ...opened, opened_by: ["bob"], version: 2 });
      expect(await approvals.update({ ...opened, expires_at: at(7_200) })).toBe("moved");
    });

    it("approvals are not brought into being by a decision", async () => {
      const approvals = await make();
      expect(await approvals.update(approval())).toBe("moved");
      expect(await approvals.ofExecution("e1")).toEqual([]);
    });

    it("approvals are found by execution at once, open or not", async () => {
      const approvals = await make();
      for (const n of numbers(3)) await approvals.open(approval({ approval_id: `a${n}` }));
      await approvals.open(approval({ approval_id: "b1", execution_id: "e2" }));
      await approvals.update(approval({ approval_id: "a2", status: "voided" }));
      const found = await approvals.ofExecution("e1");
      expect(found.map(({ approval_id, status }) => `${approval_id} ${status}`).toSorted()).toEqual([
        "a1 open",
        "a2 voided",
        "a3 open",
      ]);
    });

    it("approvals are found by their call, in every execution and status, the newest first and no more than asked for", async () => {
      const approvals = await make();
      const ask = async (request: ApprovalRequest, same_call: string) => {
        await approvals.announce({ ...request, same_call });
        await approvals.open({ ...request, same_call });
      };
      for (const n of numbers(4)) {
        const changes = { approval_id: `a${n}`, execution_id: `e${n % 2}`, created_at: at(n) };
        await ask(approval(changes), n === 3 ? "other" : "call");
      }
      await approvals.open(approval({ approval_id: "a5", created_at: at(5) }));
      await ask(approval({ approval_id: AWKWARD, created_at: at(6) }), "other");
      const rejected = await approvals.update(
        approval({ approval_id: "a2", execution_id: "e0", created_at: at(2), same_call: "call", status: "rejected" }),
      );
      const ids = async (call: string, limit: number) =>
        (await approvals.ofCall(call, limit)).requests.map(({ approval_id }) => approval_id);
      expect(await ids("call", 10)).toEqual(["a4", "a2", "a1"]);
      expect(await ids("call", 2)).toEqual(["a4", "a2"]);
      expect((await approvals.ofCall("call", 2)).requests[1]).toEqual(rejected);
      expect(await ids("other", 10)).toEqual([AWKWARD, "a3"]);
      expect((await approvals.ofCall("other", 10, AWKWARD)).requests.map(({ approval_id }) => approval_id)).toEqual([
        "a3",
      ]);
      expect(await ids("none", 10)).toEqual([]);
    });

    it("an approval that was announced is found by its call before it is opened, and as itself from then on", async () => {
      const approvals = await make();
      const same_call = "call";
      const request = approval({ approval_id: AWKWARD, same_call });
      const { approval_id, execution_id, step_id, created_at } = request;
      const announced = { approval_id, execution_id, step_id, created_at, same_call };
      await approvals.announce(announced);
      await approvals.announce(announced);
      expect(await approvals.ofCall(same_call, 10)).toEqual({ requests: [], announced: [announced] });
      const opened = await approvals.open(request);
      expect(await approvals.ofCall(same_call, 10)).toEqual({ requests: [opened], announced: [] });
    });

    it("approvals are found by their names, of several executions at once, and what is not there is left out", async () => {
      const approvals = await make();
      for (const n of numbers(3)) await approvals.open(approval({ approval_id: `a${n}`, execution_id: `e${n}` }));
      await approvals.open(approval({ approval_id: AWKWARD, execution_id: "e1" }));
      const rejected = await approvals.update(approval({ approval_id: "a2", execution_id: "e2", status: "rejected" }));
      const found = await approvals.these([
        { approval_id: "a2", execution_id: "e2" },
        { approval_id: AWKWARD, execution_id: "e1" },
        { approval_id: "a1", execution_id: "e3" },
        { approval_id: "a4", execution_id: "e4" },
      ]);
      expect(found.map(({ approval_id }) => approval_id).toSorted()).toEqual([AWKWARD, "a2"].toSorted());
      expect(found).toContainEqual(rejected);
      expect(await approvals.these([])).toEqual([]);
    });

    it("approvals are listed by expiry, those that never expire last, page by page", async () => {
      const approvals = await make();
      for (const n of numbers(9)) {
        const expires_at = n === 4 ? null : at(100 - n);
        await approvals.open(approval({ approval_id: `a${n}`, execution_id: `e${n}`, expires_at }));
      }
      const first = await approvals.list({ status: "open", limit: 5, next: null });
      const second = await approvals.list({ status: "open", limit: 5, next: first.next });
      expect(first.items.map(({ approval_id }) => approval_id)).toEqual(["a9", "a8", "a7", "a6", "a5"]);
      expect(second.items.map(({ approval_id }) => approval_id)).toEqual(["a3", "a2", "a1", "a4"]);
      expect(second.next).toBeNull();
    });

    it("approvals move from list to list with their status, and within it with their expiry", async () => {
      const approvals = await make();
      for (const n of numbers(2)) await approvals.open(approval({ approval_id: `a${n}`, expires_at: at(n) }));
      await approvals.update(approval({ approval_id: "a1", expires_at: at(50) }));
      const open = await approvals.list({ status: "open", limit: 10, next: null });
      expect(open.items.map(({ approval_id }) => approval_id)).toEqual(["a2", "a1"]);
      await approvals.update(approval({ approval_id: "a2", expires_at: at(2), status: "expired" }));
      const expired = await approvals.list({ status: "expired", limit: 10, next: null });
      expect(expired.items.map(({ approval_id }) => approval_id)).toEqual(["a2"]);
      expect((await approvals.list({ status: "open", limit: 10, next: null })).items).toHaveLength(1);
    });

    it("approvals may have ids of any text and length", async () => {
      const approvals = await make();
      const ids = [AWKWARD, "#", "x".repeat(3_000), "x".repeat(3_001)];
      for (const approval_id of ids) await approvals.open(approval({ approval_id }));
      for (const approval_id of ids) expect((await approvals.get(approval_id))?.approval_id).toBe(approval_id);
      expect((await approvals.list({ status: "open", limit: 10, next: null })).items).toHaveLength(4);
    });
  });
};

export const describePendingDecisions = (make: () => Promise<PendingDecisions>): void => {
  describe("marks of decisions", () => {
    it("marks of decisions are there until they are removed, one for each request, whatever its id", async () => {
      const pending = await make();
      expect(await pending.all()).toEqual([]);
      await pending.put({ approval_id: AWKWARD, since: at(0) });
      await pending.put({ approval_id: "a1", since: at(1) });
      await pending.put({ approval_id: "a1", since: at(2) });
      expect(await pending.all()).toHaveLength(2);
      await pending.remove(AWKWARD);
      await pending.remove(AWKWARD);
      expect(await pending.all()).toEqual([{ approval_id: "a1", since: at(2) }]);
    });
  });
};

export const describePendingAnnouncements = (make: () => Promise<PendingAnnouncements>): void => {
  describe("marks of ends that are to be announced", () => {
    it("marks of ends that are to be announced are there until they are removed, one for each end of an execution", async () => {
      const pending = await make();
      expect(await pending.all()).toEqual([]);
      await pending.put({ execution_id: "e1", history: 1, since: at(0) });
      await pending.put({ execution_id: "e1", history: 1, since: at(1) });
      await pending.put({ execution_id: "e1", history: 2, since: at(2) });
      await pending.remove({ execution_id: "e1", history: 3 });
      await pending.remove({ execution_id: "e1", history: 1 });
      expect(await pending.all()).toEqual([{ execution_id: "e1", history: 2, since: at(2) }]);
    });
  });
};

export const describePendingStops = (make: () => Promise<PendingStops>): void => {
  describe("events of stops that are still to be written", () => {
    it("events of stops that are still to be written are there until they are removed, the oldest first, two of one moment too", async () => {
      const pending = await make();
      expect(await pending.all()).toEqual([]);
      const stop = (n: number, lock_id: string) => ({
        entry: { type: "locked", at: at(n), actor: AWKWARD, body: { lock_id } },
        after: n,
      });
      const [first, second, later] = [stop(1, "tool:a"), stop(1, "tool:b"), stop(2, "tool:a")];
      for (const each of [later, first, second, first]) await pending.put(each);
      const all = await pending.all();
      expect(all).toHaveLength(3);
      expect(all).toEqual(expect.arrayContaining([first, second]));
      expect(all.at(-1)).toEqual(later);
      await pending.remove(first.entry);
      await pending.remove(first.entry);
      expect(await pending.all()).toEqual([second, later]);
    });
  });
};
