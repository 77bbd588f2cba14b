import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { describeInBrowser } from "../browser/describe-in-browser.ts";
import { type Desk, startDesk, update } from "./desk.ts";
import { accessibilityFaults, goTo, type Seat, shoot, signIn } from "./page.ts";

type Absent = { person: string; until: string; instead: string | null; by: string };

/** People are away, and requests of a tool that asks one after the other go on to the next. */
await describeInBrowser("who is away, and whom requests are put to", (browser) => {
  let desk: Desk;
  let seat: Seat | undefined;
  beforeAll(async () => {
    desk = await startDesk();
    type Contract = Record<string, unknown>;
    const contract = await desk.ask<Contract>("zoe", "GET", "/contracts/ghl_update_contact");
    const asked_in_order = ["carol", "crm team", "head of sales"];
    await desk.ask("tom", "PUT", "/contracts/ghl_update_contact", { ...contract, asked_in_order });
  });
  afterAll(() => desk.stop());
  afterEach(async () => {
    expect(seat?.reported.errors).toEqual([]);
    await seat?.leave();
  });
  const at = async (name: string, path: string): Promise<Page> => {
    seat = await signIn(browser(), desk, name);
    await goTo(seat.page, path);
    return seat.page;
  };
  const away = async (): Promise<readonly Absent[]> => (await desk.ask<{ away: Absent[] }>("zoe", "GET", "/away")).away;

  it("the console shows to whom each request is put, and to whom and when it goes on while nobody opens it", async () => {
    const execution = await desk.submit([{ id: "on_its_way", steps: [update("c1", { stage: "customer" })] }]);
    const [asked] = await desk.asked(execution);
    const page = await at("omar", "/console/people");
    const way = page.getByRole("list", { name: "Requests on their way" });
    await way.getByText(/put to carol; unopened, goes on to crm team, then head of sales at /u).waitFor();
    await page.getByRole("link", { name: /^Inbox/u }).click();
    await page.getByText(/s1 by crm_agent · put to carol/u).waitFor();
    await goTo(page, `/console/requests/${asked?.approval_id}`);
    const until_now = page.getByRole("region", { name: "Until now" });
    await until_now.getByText(/^carol, /u).waitFor();
    // A person who may decide it has opened it by looking at it here.
    await page.evaluate<void>(`document.dispatchEvent(new Event("visibilitychange"))`);
    await until_now.getByText("stays there").waitFor();
  });

  it("somebody says by keyboard alone that they are away until a date, and who is told instead", async () => {
    const page = await at("carol", "/console/people");
    await page.getByLabel("Who", { exact: true }).waitFor();
    expect(await page.getByLabel("Who", { exact: true }).inputValue()).toBe("carol");
    await page.getByLabel("Until").focus();
    // Day and month are the same, whichever comes first here.
    await page.keyboard.type("12122030");
    await page.keyboard.press("Tab");
    await page.keyboard.type("0909A");
    await page.getByLabel(/^Who is told instead/u).focus();
    await page.keyboard.type("dora");
    await page.keyboard.press("Enter");
    const problem = page.getByRole("alert");
    await problem.getByText("an absence has 366 days at most").waitFor();
    expect(await page.getByLabel(/^Who is told instead/u).inputValue()).toBe("dora");
    expect(await away()).toEqual([]);
  });

  it("a name is given to an id by keyboard alone, shown beside the id everywhere, and taken away", async () => {
    const app = "7fa3kq2v9client";
    const execution = await desk.submit([{ id: "named", steps: [update("c2", { stage: "customer" })] }], app);
    const [asked] = await desk.asked(execution);
    const page = await at("tom", "/console/people");
    await page.getByLabel(/^Id, as requests/u).focus();
    await page.keyboard.type(app);
    await page.keyboard.press("Tab");
    await page.keyboard.type("Sales desk");
    await page.keyboard.press("Enter");
    const names = page.getByRole("list", { name: "Names of callers" });
    await names.getByText("Sales desk").first().waitFor();
    expect(await page.getByLabel(/^Id, as requests/u).inputValue()).toBe("");
    await page.getByRole("link", { name: /^Executions/u }).click();
    await page.getByText(`by Sales desk (${app})`).waitFor();
    await goTo(page, `/console/requests/${asked?.approval_id}`);
    await page.getByRole("region", { name: "Who asks for it" }).getByText(`Sales desk (${app})`).waitFor();
    await goTo(page, "/console/people");
    expect(await accessibilityFaults(page)).toEqual([]);
    await shoot(page, "people-names", true);
    await page.getByRole("button", { name: /^Take away.*Sales desk/u }).click();
    await names.getByText("Sales desk").first().waitFor({ state: "detached" });
    expect(await desk.ask("zoe", "GET", "/names")).toEqual({ names: [] });
  });

  it("somebody says with the pointer that they are away, is named tools of which nobody is left, and takes it back", async () => {
    const page = await at("carol", "/console/people");
    const until = new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 16);
    await page.getByLabel("Until").fill(until);
    await page.getByLabel(/^Who is told instead/u).fill("dora");
    await page.getByRole("button", { name: "Say so" }).click();
    const absences = page.getByRole("list", { name: "Absences" });
    await absences.getByText("carol (you)").waitFor();
    expect(await away()).toMatchObject([{ person: "carol", instead: "dora", by: "carol" }]);
    const lists = page.getByRole("list", { name: "Lists of tools" });
    await lists.getByText("A request made now is put to dora.").waitFor();
    await lists.getByRole("listitem").filter({ hasText: "carol" }).getByText("away").first().waitFor();
    await shoot(page, "people", true);
    expect(await accessibilityFaults(page)).toEqual([]);
    await absences.getByRole("button", { name: /^I am here/u }).click();
    await page.getByText("Nobody is away, or has said that they will be.").waitFor();
    expect(await away()).toEqual([]);
    await lists.getByText("A request made now is put to carol.").waitFor();
  });

  it("who may write contracts says for others that they are away, and whose requests then go to everybody", async () => {
    const page = await at("tom", "/console/people");
    for (const name of ["carol", "crm team", "head of sales"]) {
      await page.getByLabel("Who", { exact: true }).fill(name);
      await page.getByLabel("Until").fill(new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 16));
      await page.getByRole("button", { name: "Say so" }).click();
      await page.getByRole("list", { name: "Absences" }).getByText(name, { exact: true }).first().waitFor();
    }
    await page.locator(".notice").getByText("ghl_update_contact").waitFor();
    await page.getByText("A request made now is put to everybody: nobody of the list is here.").waitFor();
    await shoot(page, "people-nobody", true);
    expect(await accessibilityFaults(page)).toEqual([]);
    for (const { person } of await away()) await desk.ask("tom", "DELETE", `/away/${person}`);
  });
});
