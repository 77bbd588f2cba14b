import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { describeInBrowser } from "../browser/describe-in-browser.ts";
import { type Desk, startDesk, update } from "./desk.ts";
import { accessibilityFaults, goTo, type Seat, shoot, signIn, windowOf } from "./page.ts";

await describeInBrowser("an auditor at the console", (browser) => {
  let desk: Desk;
  let seat: Seat | undefined;
  let execution: string;
  let pem: string;
  beforeAll(async () => {
    desk = await startDesk();
    execution = await desk.submit([{ id: "hello", steps: [update("c1", { stage: "customer" })] }]);
    const [asked] = await desk.asked(execution);
    const path = `/approvals/${asked?.approval_id}/decision`;
    await desk.ask("bob", "POST", path, { decision: "approve", digest: asked?.digest });
    await desk.ended(execution);
    pem = await readFile(join(desk.folder, "keys", "signing-key.pub.pem"), "utf8");
  });
  afterAll(() => desk.stop());
  afterEach(async () => {
    expect(seat?.reported.errors).toEqual([]);
    await seat?.leave();
  });
  const verify = async (page: Page, key: string): Promise<string> => {
    await page.getByLabel("Public key (PEM)").fill(key);
    await page.getByRole("button", { name: "Verify" }).click();
    return page.getByRole("region", { name: "Report" }).getByRole("heading").innerText();
  };

  it("has the browser recompute an honest record against the key", async () => {
    seat = await signIn(browser(), desk, "audrey");
    await goTo(seat.page, `/console/verify?execution=${execution}`);
    expect(await verify(seat.page, pem)).toContain("OK");
    await shoot(seat.page, "verify", true);
    expect(await accessibilityFaults(seat.page)).toEqual([]);
  });

  it("is told where a saved record was changed, with no server and without signing in", async () => {
    const folder = join(desk.folder, "saved");
    await mkdir(folder);
    seat = await signIn(browser(), desk, "audrey");
    const lines = await desk.recordOf(execution);
    const { items } = await desk.ask<{ items: { name: string }[] }>("zoe", "GET", `/executions/${execution}/artifacts`);
    for (const { name } of items) {
      await writeFile(join(folder, name), await desk.bytes(`/executions/${execution}/artifacts/${name}`));
    }
    await writeFile(join(folder, "record.ndjson"), lines.replace('"customer"', '"somebody"'));
    await seat.leave();
    seat = await windowOf(browser());
    await seat.page.goto(`${desk.server.url}/console`);
    await seat.page.getByText("Verify a saved execution").click();
    await seat.page.getByLabel(/folder that/u).setInputFiles(folder);
    expect(await verify(seat.page, pem)).toContain("TAMPERED");
    await shoot(seat.page, "verify-tampered", true);
    await rm(folder, { recursive: true });
  });
});
