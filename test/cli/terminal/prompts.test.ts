import { PassThrough, Readable } from "node:stream";
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

/** Keys typed before, which the terminal gives at the second turn of the loop; then `keys`, once the question stands. */
const typedBefore = (before: string, ...keys: readonly string[]) => {
  const left = [...keys];
  let isGiven = false;
  const input = new Readable({
    read() {
      if (isGiven) return;
      isGiven = true;
      setImmediate(() => setImmediate(() => this.push(before)));
    },
  });
  const output = new PassThrough();
  output.on("data", () => {
    setImmediate(() => {
      const key = left.shift();
      if (key !== undefined) input.push(key);
    });
  });
  return promptsOn({ input: Object.assign(input, { isTTY: true, setRawMode: () => undefined }), output });
};

const QUESTIONS = [
  ["yes or no", (...keys: string[]) => pressing(...keys).confirm("Approve it?")],
  ["a choice", (...keys: string[]) => pressing(...keys).select("Which?", [{ name: "one", value: "one" }])],
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

  it("a yes that was typed before the question stood there is no answer to it", async () => {
    expect(await typedBefore("y\r", "\r").confirm("Approve it?")).toBe(false);
    const choices = [
      { name: "Skip", value: "skip" },
      { name: "Approve", value: "approve" },
    ];
    expect(await typedBefore("2\r", "\r").select("Which?", choices)).toBe("skip");
    expect(await typedBefore("all\r", "none", "\r").input("Which?", false)).toBe("none");
  });

  it("Ctrl-C that was typed before the question stood there leaves it", async () => {
    const error = await typedBefore(CTRL_C)
      .confirm("Approve it?")
      .then(
        () => undefined,
        (cause: unknown) => cause,
      );
    expect(isInterruption(error)).toBe(true);
  });

  it("a choice is shown with the number that takes the cursor there", async () => {
    const [input, output] = [new PassThrough(), new PassThrough()];
    let shown = "";
    let isAnswered = false;
    output.on("data", (text: Buffer) => {
      shown += text.toString();
      if (isAnswered) return;
      isAnswered = true;
      setImmediate(() => input.write("2\r"));
    });
    const choices = ["Skip", "Approve", "Reject"].map((name) => ({ name, value: name.toLowerCase() }));
    expect(await promptsOn({ input, output }).select("What do you decide?", choices)).toBe("approve");
    expect(shown).toContain("1. Skip");
    expect(shown).toContain("2. Approve");
  });
});
