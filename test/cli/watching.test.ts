import { describe, expect, it } from "vitest";
import { EXIT } from "../../cli/exit-codes.ts";
import type { JsonObject } from "../../shared/plan/json.ts";
import { fakeContext, type Sent } from "./fake-context.ts";

const event = (seq: number, type: string, body: JsonObject = {}): JsonObject => ({
  chain: "execution",
  seq,
  type,
  at: "2026-01-31T12:00:00.000Z",
  actor: "buddy",
  body,
});

/** Answers in their order; the mark of each is its number. */
const answering = (...answers: { items: JsonObject[]; status: string }[]) => {
  const asked: unknown[] = [];
  const answer = ({ query }: Sent) => {
    asked.push([query.after, query.wait]);
    const { items, status } = answers[asked.length - 1] ?? { items: [], status: "FAILED" };
    return { body: { items, next: null, after: String(asked.length), status } };
  };
  return { asked, answer };
};

describe("buddy watch", () => {
  it("buddy watch ends when nobody reads what it prints, and says that the execution goes on", async () => {
    const { answer } = answering({ items: [], status: "RUNNING" });
    const buddy = fakeContext({ answer });
    Object.assign(buddy.context, { unread: Promise.resolve(), fetch: () => new Promise(() => undefined) });
    expect(await buddy.run("watch", "ex1")).toBe(EXIT.interrupted);
  });

  it("buddy watch prints each event once, waits where nothing comes, and ends with the execution", async () => {
    const { asked, answer } = answering(
      { items: [event(1, "submitted")], status: "RUNNING" },
      { items: [], status: "RUNNING" },
      { items: [], status: "RUNNING" },
      { items: [event(2, "concluded")], status: "INCOMPLETE" },
      { items: [], status: "INCOMPLETE" },
    );
    const buddy = fakeContext({ answer });
    expect(await buddy.run("watch", "ex1")).toBe(EXIT.not_all_done);
    expect(buddy.stdout().split("\n").filter(Boolean)).toHaveLength(2);
    expect(buddy.stdout()).toContain("execution #2  concluded  buddy");
    expect(asked).toEqual([
      ["", "0"],
      ["1", "0"],
      ["2", "25"],
      ["3", "25"],
      ["4", "0"],
    ]);
  });

  it("buddy watch goes on where it was when its server is started anew", async () => {
    const { asked, answer } = answering(
      { items: [event(1, "submitted")], status: "RUNNING" },
      { items: [event(2, "concluded")], status: "SUCCEEDED" },
      { items: [], status: "SUCCEEDED" },
    );
    let lost = 0;
    const buddy = fakeContext({
      answer: (sent) => {
        if (sent.query.after === "1" && lost < 3) {
          lost += 1;
          throw new TypeError("fetch failed", { cause: Object.assign(new Error(), { code: "ECONNREFUSED" }) });
        }
        return answer(sent);
      },
    });
    expect(await buddy.run("watch", "ex1")).toBe(EXIT.ok);
    expect([lost, asked]).toEqual([
      3,
      [
        ["", "0"],
        ["1", "0"],
        ["2", "0"],
      ],
    ]);
  });

  it("buddy watch says how to come back where its server stays away, and does not wait for one that never answered", async () => {
    let asked = 0;
    const buddy = fakeContext({
      answer: () => {
        asked += 1;
        if (asked > 1) throw new TypeError("fetch failed", { cause: new Error("refused") });
        return { body: { items: [], next: null, after: "1", status: "RUNNING" } };
      },
    });
    expect(await buddy.run("watch", "ex1")).toBe(EXIT.unreachable);
    expect(buddy.stderr()).toContain("Come back: buddy follow ex1");
    expect(asked).toBe(7);
    const never = fakeContext({});
    expect(await never.run("watch", "ex1")).toBe(EXIT.unreachable);
    expect(never.stderr()).not.toContain("Come back");
    expect(never.sent).toHaveLength(1);
  });

  it("buddy watch prints an event a line for programs, with what could be taken for a terminal's command escaped", async () => {
    const { answer } = answering({ items: [event(1, "submitted", { goal: "\u001b[2J" })], status: "SUCCEEDED" });
    const buddy = fakeContext({ answer });
    expect(await buddy.run("watch", "ex1", "--json")).toBe(EXIT.not_succeeded);
    expect(buddy.stdout()).not.toContain("\u001b");
    expect(JSON.parse(buddy.stdout())).toEqual(event(1, "submitted", { goal: "\u001b[2J" }));
  });
});
