import { generateKeyPairSync } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { EXIT } from "../../cli/exit-codes.ts";
import { runBuddy } from "../../cli/program.ts";
import { fakeContext } from "./fake-context.ts";
import { documents, elsewhere, examplesIn, helpTexts, type Printed, spelt, wordsOf } from "./printed-commands.ts";

const PEM = String(generateKeyPairSync("ed25519").publicKey.export({ type: "spki", format: "pem" }));

/** The project's own examples as they are; a reader's own file as it may be. */
const atHand = async (path: string): Promise<string> => {
  if (path.endsWith(".pem")) return PEM;
  return path.startsWith("examples/") ? readFile(join(import.meta.dirname, "../..", path), "utf8") : "{}";
};

/** Runs it against a server that knows nothing: what can be understood is asked there, and is not wrong usage. */
const understood = async ({ at, command }: Printed): Promise<string> => {
  const fake = fakeContext({ answer: () => ({ status: 404, body: { detail: "nothing here" } }) });
  const context = { ...fake.context, readFile: atHand, interrupted: async () => undefined };
  const code = await runBuddy(context, wordsOf(command));
  return code === EXIT.usage || code === EXIT.internal ? `${at}: buddy ${command}\n${fake.stderr()}` : "";
};

const misunderstood = async (printed: readonly Printed[]): Promise<string[]> => {
  const found: string[] = [];
  for (const each of printed) found.push(await understood(each));
  return found.filter((each) => each !== "");
};

describe("every command that is printed", () => {
  it("a command that a document prints is understood as it stands there", async () => {
    const printed = documents();
    expect(printed.length).toBeGreaterThan(30);
    expect(await misunderstood(printed)).toEqual([]);
  });

  it("a command that a message, a mail or an error from outside of the CLI prints is understood", async () => {
    const printed = elsewhere();
    expect(printed.map(({ command }) => command.split(" ")[0])).toContain("approvals");
    expect(await misunderstood(printed)).toEqual([]);
  });

  it("every command that a help text prints is understood", async () => {
    const printed = (await helpTexts()).flatMap(examplesIn);
    expect(printed.length).toBeGreaterThan(40);
    expect(await misunderstood(printed)).toEqual([]);
  });

  it("a command that the CLI itself prints comes from its one list of hints, or is in a help text", async () => {
    const help = (await helpTexts()).join(" ").replaceAll(/\s+/gu, " ");
    expect(spelt().filter(({ text }) => !help.includes(text))).toEqual([]);
  });
});
