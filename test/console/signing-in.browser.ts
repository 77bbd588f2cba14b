import { type ServerType, serve } from "@hono/node-server";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { serveConsole } from "../../functions/api/console/serve-console.ts";
import { wholeApi } from "../../functions/api/endpoints.ts";
import { identifyByToken } from "../../functions/api/jwt.ts";
import { createRouter } from "../../functions/api/router.ts";
import { localConsole } from "../../local/console.ts";
import { SCOPES } from "../../shared/scopes.ts";
import { describeInBrowser } from "../browser/describe-in-browser.ts";
import { type Issuer, startIssuer } from "../counterparts/issuer.ts";
import { listeningPort } from "../counterparts/listening-port.ts";
import { type Desk, startDesk } from "./desk.ts";
import { accessibilityFaults, goTo, type Seat, shoot, windowOf } from "./page.ts";

const AUDIENCE = "https://buddy.example.com/api";

/** The API with the console as a deployment has them, whose people sign in at an issuer of their own. */
await describeInBrowser("signing in at an issuer", (browser) => {
  let desk: Desk;
  let issuer: Issuer;
  let server: ServerType;
  let url: string;
  let seat: Seat;
  let ahead_ms = 0;
  beforeAll(async () => {
    desk = await startDesk();
    issuer = await startIssuer();
    const { deps, previewing } = desk.server.stack;
    const now = () => new Date(Date.now() + ahead_ms);
    const identify = identifyByToken({ key: issuer.key, issuer: issuer.url, audience: AUDIENCE, now });
    const app = createRouter({ ...deps, toolbox: previewing }, { identify, ...wholeApi });
    const scopes = ["openid", ...SCOPES];
    const where = { authorize_url: `${issuer.url}/auth`, token_url: `${issuer.url}/token` };
    serveConsole(app, {
      files: localConsole().files,
      config: { sign_in: { kind: "code", ...where, client_id: "console", scopes } },
    });
    server = await new Promise((resolve) => {
      const started: ServerType = serve({ fetch: app.fetch, hostname: "127.0.0.1", port: 0 }, () => resolve(started));
    });
    url = `http://127.0.0.1:${listeningPort(server)}`;
    issuer.register({
      client_id: "console",
      redirect_uri: `${url}/console`,
      audience: AUDIENCE,
      scopes: SCOPES,
    });
  });
  afterAll(async () => {
    await new Promise((resolve) => server.close(resolve));
    await issuer.stop();
    await desk.stop();
  });
  afterEach(async () => {
    ahead_ms = 0;
    expect(seat.reported.errors).toEqual([]);
    await seat.leave();
  });
  const arrive = async (path: string): Promise<Page> => {
    seat = await windowOf(browser());
    await seat.page.goto(url + path);
    return seat.page;
  };
  const signInAs = async (page: Page, name: string): Promise<void> => {
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.locator("input[name=login]").fill(name);
    await page.locator("input[name=password]").fill("any");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByRole("navigation", { name: "Pages" }).waitFor();
  };
  const kept = (page: Page): Promise<string> =>
    page.evaluate<string>("JSON.stringify([location.href, {...localStorage}, {...sessionStorage}, history.state])");

  it("signing in leads by code and PKCE back to the place one came for, and keeps the token in memory only", async () => {
    const page = await arrive("/console/health");
    const asked: URL[] = [];
    page.on("request", (request) => {
      if (request.url().startsWith(`${issuer.url}/auth?`)) asked.push(new URL(request.url()));
    });
    await page.getByRole("button", { name: "Sign in" }).waitFor();
    await shoot(page, "door");
    expect(await accessibilityFaults(page)).toEqual([]);
    await signInAs(page, "bob");
    await page.getByRole("heading", { name: "Health" }).waitFor();
    await page.getByText("signed in as bob").waitFor();
    expect(asked[0]?.searchParams.get("code_challenge_method")).toBe("S256");
    expect(await kept(page)).toBe(JSON.stringify([`${url}/console/health`, {}, {}, null]));
  });

  it("signing in takes no answer to a question that this page did not ask", async () => {
    const page = await arrive("/console?code=a-code-of-somebody&state=of-somebody");
    await page.getByRole("alert").getByText("that answer was to no question of this page").waitFor();
    expect(await kept(page)).toBe(JSON.stringify([`${url}/console`, {}, {}, null]));
  });

  it("signing in asks for a new sign-in when the token is over, and goes on at the same place with what was written there", async () => {
    const page = await arrive("/console");
    await signInAs(page, "bob");
    await goTo(page, "/console/tools");
    const card = page.locator("details").filter({ hasText: "ghl_update_contact" });
    await card.locator("summary").first().click();
    await card.getByLabel(/^Try it/u).fill('{"contact_id": "c1"}');
    ahead_ms = 7_200_000;
    // The page asks at once when it comes back into view.
    await page.evaluate<void>(`document.dispatchEvent(new Event("visibilitychange"))`);
    await page.getByRole("alert").getByText("the token has expired").waitFor();
    ahead_ms = 0;
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("heading", { name: "Tools and agents" }).waitFor();
    expect(new URL(page.url()).pathname).toBe("/console/tools");
    await card.locator("summary").first().click();
    expect(await card.getByLabel(/^Try it/u).inputValue()).toBe('{"contact_id": "c1"}');
    expect(await kept(page)).toBe(JSON.stringify([`${url}/console/tools`, {}, {}, null]));
  });
});
