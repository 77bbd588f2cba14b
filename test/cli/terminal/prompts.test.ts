import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { isInterruption } from "../../../cli/interruption.ts";
import { promptsOn } from "../../../cli/terminal/prompts.ts";

const CTRL_C = "\u0003";
const CTRL_D = "\u0004";

/** A terminal on which somebody presses keys once the question stands there. */
const pressing = (...keys: readonly string[]) => {
  const [input, output] = [new PassThrough(), new PassThrough()];
  const left = [...keys];
  output.on("data", () => {
    setImmediate(() => {
      const key = left.shift();
      if (key !== undefined) input.write(key);
    });
  });
  return promptsOn({ input, output });
};

const QUESTIONS = [
  ["yes or no", (...keys: string[]) => pressing(...keys).confirm("Approve it?")],
  ["a choice", (...keys: string[]) => pressing(...keys).select("Which?", [{ name: "one", value: "one" }])],
  ["several", (...keys: string[]) => pressing(...keys).pick("Which?", [{ name: "one", value: "one" }])],
  ["a text", (...keys: string[]) => pressing(...keys).input("Why?", true)],
  ["a secret", (...keys: string[]) => pressing(...keys).secret("Text?")],
] as const;

describe("a question at the terminal", () => {
  it.each(QUESTIONS)("a question for %s ends as left by Ctrl-C and by Ctrl-D", async (_what, asked) => {
    for (const key of [CTRL_C, CTRL_D]) {
      const error = await Promise.resolve(asked(key)).then(
        () => undefined,
        (cause: unknown) => cause,
      );
      expect(isInterruption(error)).toBe(true);
    }
  });

  it("a question takes a sign away by Ctrl-D within a text, and is answered", async () => {
    expect(await pressing("ab", "\u0001", CTRL_D, "\r").input("Why?", true)).toBe("b");
  });
});
