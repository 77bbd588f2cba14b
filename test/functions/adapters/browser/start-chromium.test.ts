import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, inject, it } from "vitest";
import { startChromium } from "../../../../functions/adapters/browser/start-chromium.ts";

const refusalOf = async (where: { folder: string; executable?: string }): Promise<string> => {
  const started = await startChromium(where, { sandbox: false });
  if (!started.ok) return started.refusal;
  await started.value.close();
  return "";
};

describe("starting a Chromium", () => {
  const path = process.env.PATH;
  afterEach(() => {
    process.env.PATH = path;
  });

  it("starting a Chromium takes no other in place of one that is named and is not there", async () => {
    const refusal = await refusalOf({ folder: "/nowhere", executable: "/nowhere/chromium" });
    expect(refusal).toBe("/nowhere/chromium is no program that can be started");
  });

  it("starting a Chromium says in words that a program is no browser", async () => {
    expect(await refusalOf({ folder: "/nowhere", executable: "/bin/false" })).toMatch(/^\/bin\/false does not start: /);
  });

  it("starting a Chromium names every place where none was found, and what helps", async () => {
    process.env.PATH = "";
    const file = join(inject("temporaryFolder"), "a-file-and-no-folder");
    await writeFile(file, "");
    const refusal = await refusalOf({ folder: file });
    expect(refusal).toMatch(/^@sparticuz\/chromium .*; there is no chromium, .* in PATH \(apt-get install chromium\)$/);
  });
});
