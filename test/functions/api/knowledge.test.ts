import { describe, expect, it } from "vitest";
import { entryList, entryReply } from "../../../functions/api/schemas.ts";
import { harness, problemIn } from "./harness.ts";

describe("/memory and /goals", () => {
  it("memory and goals keep what agents may look up, once, with who kept it, and on record without its words", async () => {
    const h = await harness();
    const note = { agent_id: "crm_agent", text: "Ann prefers mail", tags: ["ann"] };
    expect((await h.put("/memory/n1", note)).status).toBe(201);
    const again = entryReply.parse(await (await h.put("/memory/n1", note)).json());
    expect(again).toMatchObject({ unchanged: true, entry: { shelf: "memory", id: "n1", ...note } });
    expect((await h.put("/memory/n1", { ...note, text: "Ann prefers calls" })).status).toBe(200);
    expect((await h.put("/goals/g1", { title: "Answer mail" })).status).toBe(201);
    const { entries } = entryList.parse(await (await h.get("/goals")).json());
    expect(entries).toMatchObject([{ shelf: "goals", title: "Answer mail", status: "active", progress: null }]);
    const acts = JSON.stringify(await Array.fromAsync(h.deps.auditLog.events("operators")));
    expect(acts.match(/knowledge_kept/g)).toHaveLength(3);
    expect(acts).not.toContain("prefers");
  });

  it("memory and goals list one agent's entries in pages, and nobody else's among them", async () => {
    const h = await harness();
    for (const id of ["c", "a", "b"]) await h.put(`/memory/${id}`, { agent_id: "one", text: id });
    await h.put("/memory/d", { text: "for all" });
    const first = entryList.parse(await (await h.get("/memory?agent_id=one&limit=2")).json());
    expect(first.entries.map(({ id }) => id)).toEqual(["a", "b"]);
    const rest = entryList.parse(await (await h.get(`/memory?agent_id=one&limit=2&next=${first.next}`)).json());
    expect([rest.entries.map(({ id }) => id), rest.next]).toEqual([["c"], null]);
    expect(entryList.parse(await (await h.get("/memory")).json()).entries.map(({ id }) => id)).toEqual(["d"]);
    expect((await h.get("/memory?next=nonsense")).status).toBe(400);
  });

  it("memory and goals remove an entry of that agent, and say which there is not", async () => {
    const h = await harness();
    await h.put("/memory/n1", { agent_id: "one", text: "old" });
    const missing = await h.post("/memory/n1/remove", {});
    expect(missing.status).toBe(404);
    expect((await problemIn(missing)).detail).toContain("entry n1 in the memory of all agents");
    expect(await (await h.post("/memory/n1/remove", { agent_id: "one" })).json()).toEqual({ removed: "n1" });
    expect((await h.post("/memory/n1/remove", { agent_id: "one" })).status).toBe(404);
  });

  it("memory and goals take nothing that no agent could read, and say all that is wrong", async () => {
    const h = await harness();
    for (const [path, body, faults] of [
      ["/memory/n1", { text: "  " }, ["/text"]],
      ["/memory/n1", { text: "x".repeat(2_001), agent_id: "\u200b" }, ["/text", "/agent_id"]],
      ["/memory/n1", { title: "a goal" }, ["/text", "/title"]],
      ["/goals/g1", { title: "x", status: "almost", progress: 2 }, ["/status", "/progress"]],
    ] as const) {
      const { violations = [] } = await problemIn(await h.put(path, body));
      expect(violations.map((each) => each.path).sort()).toEqual([...faults].sort());
    }
    expect((await h.put("/memory/..%2Fx", { text: "x" })).status).toBe(400);
    expect(entryList.parse(await (await h.get("/memory")).json()).entries).toEqual([]);
  });
});
