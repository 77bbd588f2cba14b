import { describe, expect, it } from "vitest";
import { notebook, type Run, type Said } from "./framework-suite.ts";
import type { Served } from "./served.ts";

/** An agent whose framework's own approval is switched on, run until its model says something, and how often it was asked. */
export type OwnApproval = {
  readonly run: (run: Run, answer: "yes" | "no") => Promise<{ readonly said: string; readonly asked: number }>;
  /** How often a person is asked by the framework about one call: not at all where it asks by what `governed` leaves out. */
  readonly asks: 0 | 1;
};

/** A call that goes through two approvals, the framework's own and Buddy's, in that order. */
export const itGovernsBesideItsOwn = (server: Served, { run, asks }: OwnApproval): void => {
  const played = async (agent: string, answer: "yes" | "no") => {
    const { notes, tools } = notebook();
    const told: Said[] = [];
    const ended = run(
      {
        tools,
        options: { buddy: await server.buddy(agent), waitSeconds: Number.POSITIVE_INFINITY, confidence: 0.95 },
        next: (said) => {
          told.splice(0, told.length, ...said);
          return said.length === 0 ? [{ id: "c1", tool: "note_add", arguments: { text: "the blue one" } }] : "done";
        },
      },
      answer,
    );
    return { notes, told, ended };
  };

  describe("an agent whose framework is to ask for approval as well", () => {
    it("an agent with two approvals makes the call once where a person said yes at each, and Buddy asked once", async () => {
      const { notes, told, ended } = await played("o1", "yes");
      await server.decide("o1", "approve");
      expect(await ended).toEqual({ said: "done", asked: asks });
      expect(told).toEqual([{ error: false, text: '{"notes":1}' }]);
      expect(notes).toEqual(["the blue one"]);
      expect(await server.requests("o1")).toBe(1);
    });

    it("an agent with two approvals does not make a call refused at Buddy, whatever the framework's own person said", async () => {
      const { notes, told, ended } = await played("o2", "yes");
      await server.decide("o2", "reject", "he wants the red one");
      expect(await ended).toEqual({ said: "done", asked: asks });
      expect(told.map(({ text }) => text)).toEqual([expect.stringContaining("he wants the red one")]);
      expect(notes).toEqual([]);
      expect(await server.requests("o2")).toBe(1);
    });

    it.runIf(asks > 0)(
      "an agent with two approvals does not make a call that the framework's person refused, and Buddy asks nobody",
      async () => {
        const { notes, told, ended } = await played("o3", "no");
        expect(await ended).toEqual({ said: "done", asked: asks });
        expect(told).toHaveLength(1);
        expect(notes).toEqual([]);
        expect(await server.requests("o3")).toBe(0);
      },
    );
  });
};
