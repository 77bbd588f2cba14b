import { cp, mkdir, mkdtemp, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { describeInBrowser } from "../browser/describe-in-browser.ts";
import { BOB } from "../functions/api/harness.ts";
import {
  approveAll,
  evidenceOf,
  keyPair,
  operatorsAct,
  rollBack,
  signedHarness,
  submit,
} from "../shared/verification/real-execution.ts";
import { type Desk, startDesk, update } from "./desk.ts";
import { type Forgery, forgeriesOf, notShown, putBehind, reordered } from "./forging.ts";
import { accessibilityFaults, goTo, type Seat, shoot, signIn, windowOf } from "./page.ts";

/** Of one check, as many as the page shows. */
const MOST_SHOWN = 50;

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

  it("an auditor has the browser recompute an honest record against the key", async () => {
    seat = await signIn(browser(), desk, "audrey");
    await goTo(seat.page, `/console/verify?execution=${execution}`);
    expect(await verify(seat.page, pem)).toContain("OK");
    await shoot(seat.page, "verify", true);
    expect(await accessibilityFaults(seat.page)).toEqual([]);
  });

  it("an auditor drops a folder into the page, without a server or signing in, and is told where it was changed", async () => {
    const folder = join(desk.folder, "saved");
    await mkdir(folder);
    const lines = await desk.recordOf(execution);
    const { items } = await desk.ask<{ items: { name: string }[] }>("zoe", "GET", `/executions/${execution}/artifacts`);
    for (const { name } of items) {
      await writeFile(join(folder, name), await desk.bytes(`/executions/${execution}/artifacts/${name}`));
    }
    await writeFile(join(folder, "record.ndjson"), lines.replace('"customer"', '"somebody"'));
    seat = await windowOf(browser());
    const { page } = seat;
    await page.goto(`${desk.server.url}/console`);
    await page.getByText("Verify a saved execution").click();
    const asked: string[] = [];
    page.on("request", (request) => asked.push(new URL(request.url()).pathname));
    await drop(page, page.locator(".drop"), folder);
    await page.getByText(/\d+ files: no server is asked/u).waitFor();
    expect(await verify(page, pem)).toContain("TAMPERED");
    expect(asked.filter((path) => !path.startsWith("/console/assets/"))).toEqual([]);
    await shoot(page, "verify-tampered", true);
    expect(await accessibilityFaults(page)).toEqual([]);
    await rm(folder, { recursive: true });
  });

  const saved = async (name: string): Promise<string> => {
    const folder = join(desk.folder, name);
    await mkdir(folder);
    const { items } = await desk.ask<{ items: { name: string }[] }>("zoe", "GET", `/executions/${execution}/artifacts`);
    for (const { name: file } of items) {
      await writeFile(join(folder, file), await desk.bytes(`/executions/${execution}/artifacts/${file}`));
    }
    await writeFile(join(folder, "record.ndjson"), await desk.recordOf(execution));
    return folder;
  };

  it("an auditor is told OK of a saved folder, and with it by name, unread, what else lies in there", async () => {
    const folder = await saved("with-more");
    const film = join(folder, "film.mp4");
    await writeFile(join(folder, ".DS_Store"), "of a window of files");
    await writeFile(join(folder, "signing-key.pub.pem"), pem);
    await writeFile(film, "");
    // No browser reads as many bytes at once.
    await truncate(film, 3 * 1_024 ** 3);
    await cp(await saved("copy"), join(folder, "copy"), { recursive: true });
    seat = await windowOf(browser());
    const { page } = seat;
    await page.goto(`${desk.server.url}/console`);
    await page.getByText("Verify a saved execution").click();
    await drop(page, page.locator(".drop"), folder);
    await page.getByText(/\d+ files: no server is asked/u).waitFor();
    expect(await verify(page, pem)).toContain("OK");
    const text = await page.getByRole("region", { name: "Report" }).innerText();
    const beside = [...text.matchAll(/note: (.+): it lies beside the files/gu)].map(([, name]) => name);
    expect(beside.toSorted()).toEqual([".DS_Store", "copy", "film.mp4"]);
    await rm(folder, { recursive: true });
    await rm(join(desk.folder, "copy"), { recursive: true });
  });

  it("an auditor has verified what was named last, a folder or an execution, and reads no report of anything else", async () => {
    const other = await desk.submit([{ id: "other", steps: [update("c2", { stage: "customer" })] }]);
    const folder = await saved("named-before");
    seat = await signIn(browser(), desk, "audrey");
    const { page } = seat;
    await goTo(page, "/console/verify");
    const report = page.getByRole("region", { name: "Report" });
    // The page makes its field one of folders once it stands.
    const picker = page.locator("input[webkitdirectory]");
    await picker.setInputFiles(folder);
    await verify(page, pem);
    expect(await report.innerText()).toContain(execution);
    await page.getByLabel("Execution").fill(other);
    expect(await report.count()).toBe(0);
    expect(await picker.inputValue()).toBe("");
    await verify(page, pem);
    expect(await report.innerText()).toContain(other);
    await drop(page, page.locator(".drop"), folder);
    await page.getByText(/\d+ files: no server is asked/u).waitFor();
    expect(await report.count()).toBe(0);
    expect(await page.getByLabel("Execution").inputValue()).toBe("");
    await verify(page, pem);
    expect(await report.innerText()).toContain(execution);
    await page.getByLabel("Public key (PEM)").fill(keyPair().pem);
    expect(await report.count()).toBe(0);
    await rm(folder, { recursive: true });
  });

  it("an auditor reads on the page everything that `buddy verify` finds, of every kind of change", async () => {
    const keys = keyPair();
    const on = await signedHarness(keys);
    await operatorsAct(on);
    const changes = { contact_id: "c1", fields: { stage: "customer" } };
    const step = { step_id: "update", agent_id: "agent_1", tool_name: "ghl_update_contact", arguments: changes };
    const agents = [{ agent_id: "agent_1", permissions: ["ghl_access", "ghl_write"] }];
    const id = await submit(on, [{ plan_id: "p1", agents, steps: [{ ...step, confidence: 0.95 }] }]);
    await approveAll(on, id);
    await rollBack(on, id, 1);
    const forgeries = forgeriesOf(await evidenceOf(on, id, keys));
    // That one write stood behind another takes a change of both.
    expect(notShown(forgeries)).toEqual(["order"]);
    await readsAll(keys.pem, forgeries);
  });

  it("an auditor reads of a record in another order, and of a write that was put behind one that people refused", async () => {
    const keys = keyPair();
    const on = await signedHarness(keys);
    const id = await submit(on);
    const asked = (await on.deps.approvals.ofExecution(id)).find(({ step_id }) => step_id === "update");
    const no = { decision: "reject", digest: asked?.digest, comment: "no" };
    expect((await on.post(`/approvals/${asked?.approval_id}/decision`, no, BOB)).ok).toBe(true);
    await on.settle();
    await approveAll(on, id);
    const evidence = await evidenceOf(on, id, keys);
    const behind = putBehind(evidence, "update", "mail");
    expect(notShown([behind])).not.toContain("order");
    const turned = reordered(evidence);
    expect(turned.map(({ report }) => report.verdict)).toContain("TAMPERED");
    await readsAll(keys.pem, [behind, ...turned]);
  });

  /** The page, which no server helps, says of each of them what `buddy verify` says. */
  const readsAll = async (key: string, forgeries: readonly Forgery[]): Promise<void> => {
    seat = await windowOf(browser());
    const { page } = seat;
    await page.goto(`${desk.server.url}/console`);
    await page.getByText("Verify a saved execution").click();
    await page.getByLabel("Public key (PEM)").fill(key);
    for (const { evidence, report } of forgeries) {
      const files = [...evidence.files, { name: "record.ndjson", bytes: Buffer.from(evidence.record) }];
      const folder = await mkdtemp(join(desk.folder, "forged-"));
      await Promise.all(files.map(({ name, bytes }) => writeFile(join(folder, name), bytes)));
      await page.getByLabel(/folder that/u).setInputFiles(folder);
      await page.getByRole("button", { name: "Verify" }).click();
      const expected = report.checks.flatMap(({ findings }) =>
        findings.slice(0, MOST_SHOWN).map(({ where, message }) => `${where}: ${message}`),
      );
      const unsaid = async (): Promise<string[]> => {
        const text = await page.getByRole("region", { name: "Report" }).innerText();
        return [report.verdict, ...expected].filter((each) => !text.includes(each));
      };
      await expect.poll(unsaid, { interval: 20, timeout: 20_000 }).toEqual([]);
    }
  };
});

/** A person drags a folder from a window of files onto the page and lets it go there. */
const drop = async (page: Page, onto: Locator, folder: string): Promise<void> => {
  const box = await onto.boundingBox();
  if (box === null) throw new Error("there is no place to drop it");
  const devtools = await page.context().newCDPSession(page);
  const data = { items: [], files: [folder], dragOperationsMask: 1 };
  for (const type of ["dragEnter", "dragOver", "drop"] as const) {
    await devtools.send("Input.dispatchDragEvent", { type, x: box.x + 20, y: box.y + 20, data });
  }
};
