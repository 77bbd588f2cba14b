import { describe, expect, it } from "vitest";
import { EXIT } from "../../cli/exit-codes.ts";
import { fakeContext } from "./fake-context.ts";

const state = {
  groups: [
    {
      group: "crm",
      tools: [
        { tool_name: "note", last_asked_at: "2026-01-31T11:59:00.000Z", last_asked_by: "ada" },
        { tool_name: "mail", last_asked_at: null, last_asked_by: null },
      ],
      waiting: [
        {
          call_id: "k.call.1",
          tool_name: "mail",
          rung: "call",
          execution_id: "e1",
          offered_at: "2026-01-31T12:00:00.000Z",
          start_by: "2026-01-31T12:00:05.000Z",
        },
      ],
    },
  ],
};

describe("buddy workers", () => {
  it("buddy workers lists what waits for whom, and who asked last", async () => {
    const fake = fakeContext({ answer: () => ({ body: state }) });
    expect(await fake.run("workers", "list")).toBe(EXIT.ok);
    expect(fake.sent.map(({ method, path }) => `${method} ${path}`)).toEqual(["GET /work"]);
    const lines = fake.stdout();
    expect(lines).toContain("crm: 1 call waiting");
    expect(lines).toMatch(/note: asked for at .* by ada/);
    expect(lines).toContain("mail: no worker has ever asked for it");
    expect(lines).toMatch(/waits: call of mail \(e1\), to be taken by/);
  });

  it("buddy workers says where no tool is bound to workers", async () => {
    const fake = fakeContext({ answer: () => ({ body: { groups: [] } }) });
    await fake.run("workers", "list");
    expect(fake.stdout()).toBe("No tool is bound to workers");
  });

  it("buddy workers makes a token for a group on this machine, for as long as is said", async () => {
    const asked: unknown[] = [];
    const fake = fakeContext({});
    fake.context.local.mintToken = async (...given) => {
      asked.push(given.slice(1));
      return { token: "t", seconds: given[3] ?? 0 };
    };
    expect(await fake.run("workers", "token", "crm")).toBe(EXIT.ok);
    expect(await fake.run("workers", "token", "hr", "--name", "ada", "--hours", "1")).toBe(EXIT.ok);
    expect(asked).toEqual([
      ["worker-crm", ["work:crm"], 43_200],
      ["ada", ["work:hr"], 3_600],
    ]);
    expect(fake.stdout()).toBe("t\nt");
  });

  it("buddy workers makes no token for what is no group, for a deployment, or for ever", async () => {
    const fake = fakeContext({});
    expect(await fake.run("workers", "token", "CRM")).toBe(EXIT.usage);
    expect(await fake.run("workers", "token", "crm", "--hours", "1000")).toBe(EXIT.usage);
    expect(await fake.run("workers", "token", "crm", "--endpoint", "https://buddy.example.com")).toBe(EXIT.refused);
    expect(fake.stderr()).toContain("ask the issuer for the scope work:crm with the client of that group");
    expect(fake.stdout()).toBe("");
  });
});
