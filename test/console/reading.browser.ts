import { afterAll, beforeAll, expect, it } from "vitest";
import { mintToken } from "../../local/tokens.ts";
import type { Scope } from "../../shared/scopes.ts";
import { describeInBrowser } from "../browser/describe-in-browser.ts";
import { type Desk, startDesk, update } from "./desk.ts";
import { accessibilityFaults, goTo, type Seat, shoot, windowOf } from "./page.ts";

/** Everything that a token with more scopes is offered. */
const ACTS =
  /^(Stop …|Approve|Reject|Change it …|Give it more time|Abort …|Roll back …|Resume …|Try it|Send a test|Say so|Give it this name)$/u;

await describeInBrowser("a console by the scopes of a token", (browser) => {
  let desk: Desk;
  let execution: string;
  let paths: readonly string[];
  beforeAll(async () => {
    desk = await startDesk();
    execution = await desk.submit([{ id: "waits", steps: [update("c1", { stage: "customer" })] }]);
    const [request] = await desk.asked(execution);
    paths = [
      "/console",
      `/console/requests/${request?.approval_id}`,
      `/console/executions/${execution}`,
      "/console/people",
      "/console/tools",
      "/console/health",
    ];
  });
  afterAll(() => desk.stop());

  /** Signed in by a link whose token carries no more than these. */
  const signInWith = async (name: string, scopes: readonly Scope[]): Promise<Seat> => {
    const seat = await windowOf(browser(), {});
    const token = await mintToken(desk.folder, { name, scopes, now: new Date() });
    await seat.page.route("**/local/sign-in/code", (route) => route.fulfill({ json: { token, name, seconds: 600 } }));
    const told = seat.page.waitForResponse((response) => new URL(response.url()).pathname === "/system");
    await seat.page.goto(desk.server.consoleLink(name));
    await told;
    await seat.page.getByRole("navigation", { name: "Pages" }).waitFor();
    return seat;
  };

  /** Buttons that are offered on every page, folded or not. */
  const offered = async ({ page }: Seat): Promise<string[]> => {
    const found = new Set<string>();
    for (const path of paths) {
      await goTo(page, path);
      await page.locator(".loading").first().waitFor({ state: "detached" });
      for (const contract of await page.locator("details.contract summary").all()) await contract.click();
      const texts = await page.locator("button:visible, summary:visible").allInnerTexts();
      for (const text of texts) if (ACTS.test(text.trim())) found.add(text.trim());
      if ((await page.getByRole("checkbox", { name: /^choose/u }).count()) > 0) found.add("choose");
    }
    return [...found].sort();
  };

  it("a console offers nothing to a token that may only read, counts nothing as its bearer's, and says why", async () => {
    const seat = await signInWith("audrey", ["read"]);
    const { page } = seat;
    await page.getByText("not yours to decide").waitFor();
    expect(await page.title()).toBe("Inbox · Buddy");
    expect(await page.locator(".badge").count()).toBe(0);
    expect(await offered(seat)).toEqual([]);
    await goTo(page, paths[1] ?? "");
    await page.getByText("Not yours to decide: your token does not carry the scope approvals:decide").waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await shoot(page, "reader-request");
    await goTo(page, "/console");
    await shoot(page, "reader-inbox");
    expect(seat.reported.errors).toEqual([]);
    await seat.leave();
  });

  it.each<[Scope, readonly string[]]>([
    ["approvals:decide", ["Approve", "Change it …", "Give it more time", "Reject", "Say so", "choose"]],
    ["executions:operate", ["Abort …"]],
    ["executions:write", []],
    ["system:lock", ["Stop …"]],
    ["contracts:write", ["Give it this name", "Say so", "Try it"]],
  ])("a console offers to a token with %s what that allows, and no more", async (scope, acts) => {
    const seat = await signInWith("audrey", ["read", scope]);
    expect(await offered(seat)).toEqual(acts);
    await seat.leave();
  });

  it("a console offers to who submitted an execution to stop it", async () => {
    const seat = await signInWith("alice", ["read", "executions:write"]);
    expect(await offered(seat)).toEqual(["Abort …"]);
    await seat.leave();
  });
});
