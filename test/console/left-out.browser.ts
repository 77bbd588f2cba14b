import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { describeInBrowser } from "../browser/describe-in-browser.ts";
import { type Desk, startDesk, update } from "./desk.ts";
import { goTo, type Seat, shoot, signIn, windowOf } from "./page.ts";

await describeInBrowser("what a list leaves out", (browser) => {
  let desk: Desk;
  let seat: Seat | undefined;
  beforeAll(async () => {
    desk = await startDesk();
    await desk.asked(await desk.submit([{ id: "tidy", goal: "Keep the CRM tidy", steps: [update("c2", { a: 1 })] }]));
  });
  afterAll(() => desk.stop());
  afterEach(async () => {
    expect(seat?.reported.errors).toEqual([]);
    await seat?.leave();
  });
  /** The server's own answer, with something of it changed. */
  const changed = (page: Page, path: RegExp, change: Record<string, unknown>): Promise<unknown> =>
    page.route(path, async (route) => {
      const answer = await route.fetch();
      await route.fulfill({ json: { ...(await answer.json()), ...change } });
    });

  it.each([
    ["requests", /\/approvals\?/u, "/console", "request"],
    ["executions", /\/executions\?/u, "/console/executions", "execution"],
    ["contracts", /\/contracts\?/u, "/console/tools", "contract"],
    ["agents", /\/agents$/u, "/console/tools", "agent"],
    ["signals", /\/signals\?/u, "/console/health", "signal"],
  ])("a list names %s that are on record and cannot be read", async (_, path, place, one) => {
    seat = await windowOf(browser());
    await changed(seat.page, path, { unreadable: ["X#1", "X#2"] });
    await seat.page.goto(desk.server.consoleLink("bob"));
    await seat.page.getByRole("navigation", { name: "Pages" }).waitFor();
    await goTo(seat.page, place);
    await seat.page.getByText(`2 more ${one}s are on record and cannot be read`).waitFor();
    await seat.page.getByText("X#2").waitFor();
  });

  it("a page tells the score's course in words, and what stands out, and names the executions that are in no figure", async () => {
    seat = await signIn(browser(), desk, "bob");
    const { page } = seat;
    const description = "ghl_search failed 9 times of 10";
    await changed(page, /\/health$/u, { unread_executions: ["01LOSTOFADAY"], anomalies: [{ description }] });
    await changed(page, /\/calibration$/u, { unread_executions: ["01LOSTOFADAY", "01LOSTOFAWEEK"] });
    await changed(page, /\/metrics\//u, {
      points: [70, 80].map((value, place) => ({ at: `2026-01-31T12:0${place}:00.000Z`, value, unread: 1 })),
    });
    await goTo(page, "/console/health");
    const course = "measured 2 times, from 70 to 80, last 80";
    await page.getByText(`The score from 0 to 100: ${course}.`).waitFor();
    await page.getByRole("img", { name: `The score: ${course}` }).waitFor();
    await page.getByRole("region", { name: "Anomalies" }).getByText(description).waitFor();
    await page.getByText("1 execution could not be read and counts in none of this").waitFor();
    await page.getByText("2 executions could not be read and count in none of this").waitFor();
    await page.getByText("2 of these values lack executions that could not be read").waitFor();
    await shoot(page, "health-unread", true);
    await page.getByRole("link", { name: "01LOSTOFAWEEK" }).click();
    await page.getByText("There is no such thing").waitFor();
    await page.getByRole("link", { name: "Look among all executions" }).click();
    await page.getByRole("heading", { name: "Executions", level: 1 }).waitFor();
  });

  it("a page goes on to agents and tools that stand on a later page of the calibration", async () => {
    seat = await signIn(browser(), desk, "bob");
    const { page } = seat;
    const agent = (agent_id: string) => ({ agent_id, trials: 9, successes: 9, stated_confidence: 1, success_rate: 1 });
    const tools = [{ tool_name: "mail", trials: 1, successes: 1 }];
    await changed(page, /\/calibration$/u, { agents: [agent("first")], tools: [], next: "agent:9:first" });
    await changed(page, /\/calibration\?next=agent%3A9%3Afirst$/u, { agents: [agent("second")], tools, next: null });
    await goTo(page, "/console/health");
    const foretold = page.getByRole("region", { name: /^How well each agent foretells/u }).getByRole("listitem");
    await foretold.filter({ hasText: "first stated 100 %" }).waitFor();
    await page.getByRole("button", { name: "Fetch more agents and tools" }).click();
    await foretold.filter({ hasText: "second stated 100 %" }).waitFor();
    expect(await foretold.count()).toBe(2);
    await page.getByRole("region", { name: "Not proven yet" }).getByText("mail: 1 good outcome, 17 more").waitFor();
    await page.getByRole("button", { name: "Fetch more agents and tools" }).waitFor({ state: "detached" });
  });

  it("a page looks for a tool on every page of the registry", async () => {
    seat = await signIn(browser(), desk, "bob");
    const { page } = seat;
    await page.route(/\/contracts\?/u, (route) =>
      route.continue({ url: route.request().url().replace("limit=1000", "limit=4") }),
    );
    await goTo(page, "/console/tools");
    await page.getByRole("heading", { name: "14 contracts" }).waitFor();
    await page.getByLabel("Find tools, by name or description").fill("irreversible");
    await page.getByRole("heading", { name: "1 contract", exact: true }).waitFor();
    await page.getByText("web_action_irreversible").waitFor();
    await page.getByLabel("Find tools, by name or description").fill("no such tool");
    await page.getByText("No tool has that in its name or description.").waitFor();
  });

  it("a list says of a search whose matches stand further back that there are earlier executions, and finds them", async () => {
    seat = await signIn(browser(), desk, "bob");
    const { page } = seat;
    await page.route(/\/executions\?text=tidy/u, async (route) => {
      if (route.request().url().includes("next="))
        return route.continue({
          url: route
            .request()
            .url()
            .replace(/&next=[^&]*/u, ""),
        });
      const answer = await route.fetch();
      return route.fulfill({ json: { ...(await answer.json()), items: [], next: "further" } });
    });
    await goTo(page, "/console/executions?text=tidy");
    await page.getByText("None of the newest fits.").waitFor();
    await page.getByRole("button", { name: "Look for earlier ones" }).click();
    await page.getByRole("link", { name: /tidy/u }).waitFor();
    await goTo(page, "/console/executions?text=nowhere-at-all");
    await page.getByText("No execution fits.").waitFor();
    await page.getByRole("link", { name: "look at all of them" }).click();
    await page.getByRole("link", { name: /tidy/u }).waitFor();
  });

  it("a list keeps every execution while new ones push others off its first page", async () => {
    seat = await signIn(browser(), desk, "bob");
    const { page } = seat;
    let newest = 4;
    await page.route(/\/executions\?/u, async (route) => {
      const answer = await (
        await route.fetch({
          url: route
            .request()
            .url()
            .replace(/&next=[^&]*/u, ""),
        })
      ).json();
      const pageOf = (places: number[], next: string | null) => {
        const items = places.map((place) => ({
          ...answer.items[0],
          execution_id: `e${place}`,
          plan_ids: [`plan_${place}`],
          submitted_at: `2026-01-31T12:00:0${place}.000Z`,
        }));
        return { ...answer, items, next };
      };
      const isFirst = !route.request().url().includes("next=");
      await route.fulfill({ json: isFirst ? pageOf([newest, newest - 1], `n${newest}`) : pageOf([2, 1], null) });
    });
    await goTo(page, "/console/executions");
    await page.getByRole("button", { name: "Look for earlier ones" }).click();
    await page.getByRole("link", { name: /plan_1/u }).waitFor();
    // The page asks at once when it comes back into view.
    const comes = async (place: number): Promise<void> => {
      newest = place;
      await page.evaluate<void>(`document.dispatchEvent(new Event("visibilitychange"))`);
      await page.getByRole("link", { name: new RegExp(`plan_${place}`, "u") }).waitFor();
    };
    const listed = () => page.locator(".executions strong").allInnerTexts();
    await comes(5);
    await expect.poll(listed).toEqual([5, 4, 3, 2, 1].map((place) => `plan_${place}`));
    // More came than a page holds: the list begins anew, and leads on to what is between.
    await comes(9);
    await expect.poll(listed).toEqual(["plan_9", "plan_8"]);
    await page.getByRole("button", { name: "Look for earlier ones" }).waitFor();
  });

  it("a list shows how executions behind its first page stand by now", async () => {
    seat = await signIn(browser(), desk, "bob");
    const { page } = seat;
    let status = "RUNNING";
    await page.route(/\/executions\?/u, async (route) => {
      const [url, mark] = route.request().url().split("&next=");
      const answer = await (await route.fetch({ url: url ?? "" })).json();
      const places = { first: [6, 5], n5: [4, 3], n3: [2, 1] }[mark ?? "first"] ?? [];
      const items = places.map((place) => ({
        ...answer.items[0],
        ...{ execution_id: `e${place}`, plan_ids: [`plan_${place}`], status },
        submitted_at: `2026-01-31T12:00:0${place}.000Z`,
      }));
      const end = places.at(-1) ?? 1;
      await route.fulfill({ json: { ...answer, items, next: end === 1 ? null : `n${end}` } });
    });
    await goTo(page, "/console/executions");
    for (const place of [3, 1]) {
      await page.getByRole("button", { name: "Look for earlier ones" }).click();
      await page.getByRole("link", { name: new RegExp(`plan_${place}`, "u") }).waitFor();
    }
    const standing = () => page.locator(".executions .row-head").allInnerTexts();
    await expect.poll(async () => (await standing()).filter((words) => /running/iu.test(words))).toHaveLength(6);
    status = "SUCCEEDED";
    // The page asks at once when it comes back into view, and each time for one of the pages behind the first.
    for (const left of [2, 0]) {
      await page.evaluate<void>(`document.dispatchEvent(new Event("visibilitychange"))`);
      await expect.poll(async () => (await standing()).filter((words) => /running/iu.test(words))).toHaveLength(left);
    }
  });
});
