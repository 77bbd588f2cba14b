import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { COLLECTIONS, type World } from "../../functions/tools/world/world.ts";
import { describeInBrowser } from "../browser/describe-in-browser.ts";
import { startWebhookReceiver, type WebhookReceiver } from "../counterparts/webhook-receiver.ts";
import { type Desk, mail, startDesk, update } from "./desk.ts";
import { accessibilityFaults, goTo, type Seat, shoot, signIn } from "./page.ts";

const MARKUP =
  '<img src=x onerror="document.title=1"><a href="https://evil.example">press</a><script>document.title=2</script>';
const ACTS =
  "pay \u202e0001\u202c to \u200bAnn \u2066\u001b[2J\u001b]8;;https://evil.example\u0007\r\n- Approved by carol";
const HOSTILE = `${MARKUP} ${ACTS}`;
/** One word without a place to break it; a step takes arguments of 64 KiB. */
const LONG = (count: number): string => "w".repeat(count);
const WORD_BYTES = 55_000;
/** A tool may answer more than it was asked. */
const ANSWERED_WORD_BYTES = 100_000;
/** The longest name that somebody who signs in may have here. */
const EVE = `eve ${MARKUP.slice(0, 60)} \u202eevil\u202c \u200b${LONG(60)}`;
const WIDTHS = [360, 1440];

/** A hostile text at the end of a field that a tool reads: a word too long for a line, then every way to act. */
const plantAnswer = async (world: World, collection: string, id: string, field: string): Promise<void> => {
  const record = await world.read(collection, id);
  if (record === undefined) throw new Error(`the sandbox has no ${id}`);
  const value = { ...record.value, [field]: `planted ${LONG(ANSWERED_WORD_BYTES)} ${HOSTILE}` };
  const written = await world.write(collection, id, value, record.version, { by: EVE, mark: null });
  if (written !== "written") throw new Error(`${id} was ${written}`);
};

/** Signs that act on a page or hide in it. Ends of lines and cells are what a page's layout puts between texts. */
const ACTING = "[\\u0000-\\u0008\\u000b-\\u001f\\u007f\\u200b-\\u200f\\u202a-\\u202e\\u2066-\\u2069]";

await describeInBrowser("hostile text in every field", (browser) => {
  let desk: Desk;
  let receiver: WebhookReceiver;
  let seat: Seat | undefined;
  let places: Readonly<Record<string, string>>;
  beforeAll(async () => {
    receiver = await startWebhookReceiver();
    desk = await startDesk({ allowed_hosts: [receiver.host] });
    type Contract = Record<string, unknown>;
    const contract = await desk.ask<Contract>("zoe", "GET", "/contracts/ghl_update_contact");
    const changed = {
      ...contract,
      description: `${HOSTILE} ${LONG(2_000)}`,
      asked_in_order: [`ann ${HOSTILE}`, "crm team"],
    };
    await desk.ask(EVE, "PUT", "/contracts/ghl_update_contact", changed);
    const unasked = { ...changed, requires_approval: false, approvals_required: 0 };
    await desk.ask(EVE, "PUT", "/contracts/ghl_update_contact", unasked);
    await desk.ask(EVE, "PUT", "/agents/odd", {
      agent_id: "odd",
      owner: EVE,
      granted_permissions: [],
      allowed_submitters: [EVE],
    });
    const until = new Date(Date.now() + 86_400_000).toISOString();
    await desk.ask("tom", "PUT", `/away/${encodeURIComponent(`ann ${HOSTILE}`)}`, { until, instead: `bea ${HOSTILE}` });
    const subscription = { url: receiver.url, description: `${HOSTILE.replaceAll(/\s+/gu, " ").slice(0, 150)}` };
    const { webhook } = await desk.ask<{ webhook: { webhook_id: string } }>("tom", "POST", "/webhooks", subscription);
    const { world } = desk.server.stack;
    await plantAnswer(world, COLLECTIONS.memory, "mem1", "text");
    await plantAnswer(world, COLLECTIONS.ghlContacts, "c4", "company");
    const answered = await desk.submit([
      { id: "answered", steps: [{ tool: "memory_search", arguments: { query: "planted" } }] },
      { id: "was", steps: [update("c4", { company: "Bluebird" })] },
    ]);
    const [was] = await desk.asked(answered);
    const fields = {
      [`na\u202eme ${MARKUP}`]: HOSTILE,
      stage: LONG(WORD_BYTES),
      [LONG(300)]: { deep: [HOSTILE, { [HOSTILE]: LONG(3_000) }] },
    };
    const execution = await desk.submit(
      [
        {
          id: "hostile",
          goal: `${HOSTILE} ${LONG(5_000)}`,
          steps: [{ ...update("c1", fields), rationale: HOSTILE + LONG(5_000) }],
        },
        {
          id: "mail",
          goal: HOSTILE,
          steps: [{ ...mail(HOSTILE.replaceAll("\r\n", " "), `${HOSTILE}\n${LONG(WORD_BYTES)}`), rationale: HOSTILE }],
        },
        { id: "no", steps: [update("c2", { stage: HOSTILE })] },
      ],
      EVE,
    );
    const asked = await desk.asked(execution, 3);
    const idOf = (tool: string, step = "hostile"): string =>
      asked.find(({ tool_name, step_id }) => tool_name === tool && step_id.startsWith(step))?.approval_id ?? "";
    const no = asked.find(({ step_id }) => step_id.startsWith("no"));
    await desk.ask(EVE, "POST", `/approvals/${idOf("ghl_update_contact")}/extend`, { seconds: 60, reason: HOSTILE });
    await desk.ask(EVE, "POST", `/approvals/${no?.approval_id}/decision`, {
      decision: "reject",
      digest: no?.digest,
      comment: `${HOSTILE} ${LONG(5_000)}`,
    });
    const stopped = await desk.submit([{ id: "stopped", steps: [update("c3", { stage: "x" })] }], EVE);
    await desk.asked(stopped);
    await desk.ask(EVE, "POST", `/executions/${stopped}/abort`, { reason: HOSTILE });
    const scope = { kind: "tool", tool_name: "form_fill" };
    await desk.ask(EVE, "POST", "/system/lock", { scope, mode: "stop_forward", reason: `${HOSTILE} ${LONG(1_000)}` });
    places = {
      inbox: "/console",
      request: `/console/requests/${idOf("ghl_update_contact")}`,
      high: `/console/requests/${idOf("msgraph_send_email", "mail")}`,
      rejected: `/console/requests/${no?.approval_id}`,
      executions: "/console/executions",
      execution: `/console/executions/${execution}`,
      stopped: `/console/executions/${stopped}`,
      step: `/console/executions/${execution}/steps/${asked[0]?.step_id}`,
      answered: `/console/executions/${answered}/steps/${encodeURIComponent(was?.step_id.replace("was", "answered") ?? "")}`,
      was: `/console/requests/${was?.approval_id}`,
      people: "/console/people",
      health: "/console/health",
      tools: "/console/tools",
      deliveries: `/console/webhooks/${webhook.webhook_id}`,
      verify: `/console/verify?execution=${encodeURIComponent(HOSTILE)}`,
      nowhere: `/console/${encodeURIComponent(HOSTILE)}`,
      nobody: `/console/requests/${encodeURIComponent(HOSTILE)}`,
    };
  });
  afterAll(async () => {
    await desk.stop();
    await receiver.stop();
  });
  afterEach(async () => {
    expect(seat?.reported.errors).toEqual([]);
    await seat?.leave();
  });
  /** The page with everything on it opened. */
  const opened = async (page: Page, path: string): Promise<void> => {
    await goTo(page, path);
    await page.locator(".loading").first().waitFor({ state: "detached" });
    await page.evaluate<void>(`for (const each of document.querySelectorAll("details")) each.open = true`);
    await page.locator(".loading").first().waitFor({ state: "detached" });
  };
  const look = `(() => {
    const acting = new RegExp(${JSON.stringify(ACTING)}, "u").exec(document.body.innerText);
    const stop = document.querySelector(".button-stop").getBoundingClientRect();
    return {
      acting: acting === null ? null : document.body.innerText.slice(Math.max(0, acting.index - 60), acting.index + 20),
      made: [...document.querySelectorAll("img, iframe, a[href*=evil], main script")].length,
      title: document.title,
      too_wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
      stop_in_view: stop.right <= innerWidth && stop.left >= 0 && stop.top >= 0,
    };
  })()`;

  it.each(WIDTHS)("hostile text shows on every page as text, in a layout that holds, at %i px", async (width) => {
    seat = await signIn(browser(), desk, "bob", { viewport: { width, height: 800 } });
    const { page } = seat;
    const found: unknown[] = [];
    for (const [name, path] of Object.entries(places)) {
      await opened(page, path);
      const seen = await page.evaluate<Record<string, unknown>>(look);
      const fine = {
        acting: null,
        made: 0,
        title: expect.stringMatching(/ · Buddy$/u),
        too_wide: 0,
        stop_in_view: true,
      };
      try {
        expect(seen).toEqual(fine);
      } catch {
        found.push({ name, ...seen });
      }
      await shoot(page, `hostile-${name}-${width}`);
    }
    expect(found).toEqual([]);
  });

  it.each([
    ["answered", "on the step that a tool answered"],
    ["was", "on the request to change what a tool reads"],
  ])("%s: a tool's answer stands as its text, whole, %s", async (name) => {
    seat = await signIn(browser(), desk, "bob");
    const { page } = seat;
    await opened(page, places[name] ?? "");
    const whole = `document.body.textContent.includes("${LONG(ANSWERED_WORD_BYTES)}")`;
    await expect.poll(() => page.evaluate<boolean>(whole)).toBe(true);
    expect(await page.evaluate<string>("document.body.textContent")).toContain(MARKUP);
    expect(await page.evaluate<unknown>(look)).toMatchObject({ acting: null, made: 0, too_wide: 0 });
  });

  it("hostile text shows as text in the dialog that stops calls, to who signed in under such a name, too", async () => {
    seat = await signIn(browser(), desk, EVE, { viewport: { width: 360, height: 800 } });
    const { page } = seat;
    await page.getByRole("button", { name: "Stop …" }).click();
    await page.getByRole("region", { name: "Locks that hold" }).waitFor();
    expect(await page.evaluate<unknown>(look)).toMatchObject({
      acting: null,
      made: 0,
      too_wide: 0,
      stop_in_view: true,
    });
    await shoot(page, "hostile-stop-360");
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  it("hostile text leaves the buttons of a request in view, and Approve off until all of it was", async () => {
    seat = await signIn(browser(), desk, "bob", { viewport: { width: 360, height: 800 } });
    const { page } = seat;
    await goTo(page, places.request ?? "");
    const approve = page.getByRole("button", { name: "Approve" });
    await approve.waitFor();
    const box = await approve.boundingBox();
    expect(box !== null && box.y + box.height <= 800).toBe(true);
    expect(await approve.getAttribute("aria-disabled")).toBe("true");
    expect(await accessibilityFaults(page)).toEqual([]);
  });
});
