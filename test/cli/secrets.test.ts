import { describe, expect, it } from "vitest";
import { EXIT } from "../../cli/exit-codes.ts";
import { fakeContext } from "./fake-context.ts";

describe("buddy secrets", () => {
  it("buddy secrets takes a secret's text from stdin, without the end of its line, and shows it nowhere", async () => {
    const fake = fakeContext({ stdin: "a text of some length\n" });
    expect(await fake.run("secrets", "set", "read/crm")).toBe(EXIT.ok);
    expect([...fake.secrets]).toEqual([["read/crm", "a text of some length"]]);
    expect(await fake.run("secrets", "list")).toBe(EXIT.ok);
    expect(fake.stdout()).toBe("read/crm is kept.\nread/crm");
  });

  it("buddy secrets asks a person at the terminal for the text", async () => {
    const fake = fakeContext({ interactive: true, prompts: { secret: async () => "typed and not shown" } });
    await fake.run("secrets", "set", "write/crm");
    expect([...fake.secrets]).toEqual([["write/crm", "typed and not shown"]]);
  });

  it("buddy secrets takes no text as an argument, which others could see", async () => {
    const fake = fakeContext({ stdin: "a text of some length" });
    expect(await fake.run("secrets", "set", "read/crm", "a text")).toBe(EXIT.usage);
    expect([...fake.secrets]).toEqual([]);
  });

  it("buddy secrets forgets one, and says where there is none", async () => {
    const fake = fakeContext({ stdin: "a text of some length" });
    await fake.run("secrets", "set", "read/crm");
    expect(await fake.run("secrets", "remove", "read/crm")).toBe(EXIT.ok);
    expect(await fake.run("secrets", "remove", "read/crm")).toBe(EXIT.not_found);
  });

  it.each([
    [
      ["set", "write/crm"],
      "aws secretsmanager create-secret --name buddy/<stage>/write/crm --secret-string file://<file>",
    ],
    [["list"], "aws secretsmanager list-secrets --filters Key=name,Values=buddy/<stage>/"],
    [["remove", "write/crm"], "aws secretsmanager delete-secret --secret-id buddy/<stage>/write/crm"],
  ])(
    "buddy secrets refuses %j for a deployment, says how it is done there, and reads no text",
    async (command, instead) => {
      const fake = fakeContext({ stdin: "a text of some length" });
      expect(await fake.run("secrets", ...command, "--endpoint", "https://buddy.example.com")).toBe(EXIT.refused);
      expect(fake.stderr()).toContain("https://buddy.example.com has its secrets in AWS Secrets Manager");
      expect(fake.stderr()).toContain(instead);
      expect([...fake.secrets]).toEqual([]);
    },
  );
});

describe("buddy start", () => {
  it.each([
    ["--allow-host", "https://crm.example.com"],
    ["--allow-host", "*.*.example.com"],
    ["--allow-network", "10.20.0.0"],
  ])("buddy start refuses %s %s, and says what it takes", async (flag, value) => {
    const fake = fakeContext({});
    expect(await fake.run("start", flag, value)).toBe(EXIT.usage);
    expect(fake.stderr()).toContain(flag);
  });
});
