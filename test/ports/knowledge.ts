import { describe, expect, it } from "vitest";
import { type Entry, entry } from "../../shared/contracts/knowledge/entry.ts";
import type { JsonObject } from "../../shared/plan/json.ts";
import type { Knowledge } from "../../shared/ports/knowledge.ts";

export const note = (id: string, changes: JsonObject = {}): Entry =>
  entry.parse({
    shelf: "memory",
    id,
    agent_id: null,
    kept_by: "alice",
    kept_at: "2026-11-28T12:00:00Z",
    text: `the words of ${id}`,
    ...changes,
  });

/** The promises of every keeper of notes and goals. */
export const describeKnowledge = (make: () => Promise<Knowledge>): void => {
  const ALL = { shelf: "memory", agent_id: null } as const;
  const AGENT = { shelf: "memory", agent_id: 'agent "ü" / #1' } as const;

  describe("notes and goals", () => {
    it("notes and goals are kept by id, the last one in the place of the first, and listed in pages", async () => {
      const knowledge = await make();
      for (const id of ["n3", "n1", "n2"]) expect(await knowledge.put(note(id), 10)).toBe("kept");
      await knowledge.put(note("n2", { text: "other words" }), 10);
      expect(await knowledge.get(ALL, "n2")).toEqual(note("n2", { text: "other words" }));
      const ids = async (page?: { after?: string; limit?: number }) =>
        (await knowledge.entries(ALL, page)).items.map(({ id }) => id);
      expect(await ids()).toEqual(["n1", "n2", "n3"]);
      expect(await ids({ limit: 2 })).toEqual(["n1", "n2"]);
      expect(await ids({ after: "n2", limit: 2 })).toEqual(["n3"]);
    });

    it("notes and goals of one agent, of all agents and of another shelf are apart, also under one id", async () => {
      const knowledge = await make();
      await knowledge.put(note("n1"), 10);
      await knowledge.put(note("n1", { ...AGENT, text: "its own" }), 10);
      expect(await knowledge.get(AGENT, "n1")).toMatchObject({ text: "its own" });
      expect((await knowledge.entries(ALL)).items).toEqual([note("n1")]);
      expect((await knowledge.entries({ shelf: "memory", agent_id: "agent" })).items).toEqual([]);
      expect((await knowledge.entries({ shelf: "goals", agent_id: null })).items).toEqual([]);
      expect(await knowledge.remove(ALL, "n1")).toBe(true);
      expect(await knowledge.remove(ALL, "n1")).toBe(false);
      expect(await knowledge.get(AGENT, "n1")).toBeDefined();
    });

    it("notes and goals change their version with every change, and with nothing else", async () => {
      const knowledge = await make();
      const seen = [await knowledge.version(ALL)];
      const note1 = note("n1");
      for (const change of [
        () => knowledge.put(note1, 10),
        () => knowledge.put(note("n1", { text: "other words" }), 10),
        () => knowledge.remove(ALL, "n1"),
      ]) {
        await change();
        seen.push(await knowledge.version(ALL));
      }
      expect(new Set(seen).size).toBe(4);
      await knowledge.put(note("n9", AGENT), 10);
      expect(await knowledge.version(ALL)).toBe(seen.at(-1));
    });

    it("notes and goals are as many as there may be and no more: one may change, and one that goes makes room", async () => {
      const knowledge = await make();
      await knowledge.put(note("n1"), 2);
      await knowledge.put(note("n2"), 2);
      expect(await knowledge.put(note("n3"), 2)).toBe("full");
      expect(await knowledge.get(ALL, "n3")).toBeUndefined();
      expect(await knowledge.put(note("n2", { text: "other words" }), 2)).toBe("kept");
      expect(await knowledge.put(note("n1", AGENT), 2)).toBe("kept");
      await knowledge.remove(ALL, "n1");
      expect(await knowledge.put(note("n3"), 2)).toBe("kept");
    });
  });
};
