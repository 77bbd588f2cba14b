import { describe, expect, it } from "vitest";
import { EXIT } from "../../cli/exit-codes.ts";
import type { JsonObject } from "../../shared/plan/json.ts";
import { type Answer, fakeContext, type Sent } from "./fake-context.ts";

const lock = {
  lock_id: "agent:a1",
  scope: { kind: "agent", agent_id: "a1" },
  mode: "stop_forward",
  reason: "odd",
  locked_by: "ann",
  locked_at: "2026-01-31T12:00:00.000Z",
};
const held = (execution_id: string, held_by: JsonObject | null = null): JsonObject => ({
  ...{ execution_id, status: "LOCKED", submitted_by: "sam", submitted_at: "2026-01-31T12:00:00.000Z" },
  ...{ plan_ids: ["p1"], steps_held: 2, held_by },
});

/** Two pages of what is held, one of them by another lock still. */
const server = ({ path, query, body }: Sent): Answer => {
  if (path === "/system/unlock") return { body: { unlocked: { ...lock, scope: { kind: "everything" } } } };
  if (path === "/system/held")
    return query.next === undefined
      ? { body: { items: [held("ex1"), held("ex2", lock)], next: "more" } }
      : { body: { items: [held("ex3")], next: null } };
  const asked = typeof body === "object" && body !== null && "executions" in body ? body.executions : [];
  const results = Array.isArray(asked) ? asked.map((id) => ({ ok: true, id })) : [];
  return { body: { results } };
};

describe("after an unlock", () => {
  it("an unlock lists what is held, with the command that resumes it together", async () => {
    const buddy = fakeContext({ answer: server });
    expect(await buddy.run("unlock", "--everything", "--reason", "fine")).toBe(EXIT.ok);
    expect(buddy.stdout()).toContain("3 executions are held, 2 of them by no lock any more:");
    for (const id of ["ex1", "ex2", "ex3"]) expect(buddy.stdout()).toContain(id);
    expect(buddy.stdout()).toMatch(/ex2 .*agent a1 \(ann\)/u);
    expect(buddy.stdout()).toContain('Resume them together: buddy resume --locked --reason "unlocked"');
  });

  it("an unlock is made though a server of before cannot list what is held", async () => {
    const buddy = fakeContext({
      answer: (sent) =>
        sent.path === "/system/held" ? { status: 404, body: { detail: "no such route" } } : server(sent),
    });
    expect(await buddy.run("unlock", "--everything", "--reason", "fine")).toBe(EXIT.ok);
    expect(buddy.stderr()).toContain("could not be listed");
  });
});

describe("buddy resume --locked", () => {
  it("buddy resume --locked takes up all that no lock holds any more, in one act", async () => {
    const buddy = fakeContext({ answer: server });
    expect(await buddy.run("resume", "--locked", "--reason", "unlocked")).toBe(EXIT.ok);
    expect(buddy.sent.at(-1)).toMatchObject({
      path: "/executions/resume",
      body: { executions: ["ex1", "ex3"], reason: "unlocked" },
    });
    expect(buddy.stdout()).toContain("resumed: 2, refused: 0");
  });

  it("buddy resume --locked is one or the other: an execution, or all of them", async () => {
    for (const more of [[], ["ex1", "--locked"]]) {
      const buddy = fakeContext({ answer: server });
      expect(await buddy.run("resume", ...more, "--reason", "x")).toBe(EXIT.usage);
      expect(buddy.sent).toEqual([]);
    }
  });
});
