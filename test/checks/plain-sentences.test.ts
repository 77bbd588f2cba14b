import { describe, expect, test } from "vitest";
import { checkPlainSentences } from "../../checks/plain-sentences.ts";

const faults = (text: string, path = "shared/a.ts"): string[] => checkPlainSentences([{ path, text }]);

describe("a sentence of a comment", () => {
  test.each([
    ["/** What a call returns. */", 'shared/a.ts:1: begin with the actor or the thing: "What a call returns"'],
    ["// Whoever asks next waits.", 'shared/a.ts:1: begin with the actor or the thing: "Whoever asks next waits"'],
    ["/**\n * One row. Who\n * wrote it.\n */", 'shared/a.ts:1: begin with the actor or the thing: "Who wrote it"'],
  ])("a sentence that begins with what, who or whoever is refused, wherever it begins: %s", (text, fault) => {
    expect(faults(text)).toEqual([fault]);
  });

  test.each([
    "/** The values that a call returns, and what they mean. */",
    "// Whatever it says, it stays; whoever reads it sees it.",
    "/** Whole numbers only. Whose call it is, its row says. */",
    'const a = "What a text says";',
  ])("a sentence may have the words further behind, and texts of the code may begin with them: %s", (text) => {
    expect(faults(text)).toEqual([]);
  });

  test("a sentence is held to it in a component of the console", () => {
    expect(faults("/** What a page shows. */", "console/a.tsx")).toHaveLength(1);
  });

  test("a sentence is held to it in tests too, and in a document may begin as it likes", () => {
    expect(faults("/** What a test does. */", "test/a.ts")).toHaveLength(1);
    expect(faults("What a document says.", "shared/README.md")).toEqual([]);
  });
});
