/**
 * Writes the pictures of docs/console.md anew, from a server with something to look at. Ids, times and the machine's
 * fonts are in them: nobody compares them, and no test run writes them.
 */
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { planFailure } from "../../functions/tools/failure-plan.ts";
import { startTestBrowser } from "../browser/start.ts";
import { mail, startDesk, update } from "./desk.ts";
import { goTo, signIn } from "./page.ts";

const FOLDER = join(import.meta.dirname, "../../docs/pictures");

const started = await startTestBrowser();
if (!started.ok) throw new Error(started.refusal);
const desk = await startDesk();
try {
  await mkdir(FOLDER, { recursive: true });
  type Contract = Record<string, unknown>;
  const contract = await desk.ask<Contract>("zoe", "GET", "/contracts/ghl_update_contact");
  const asked_in_order = ["carol", "crm team", "head of sales"];
  await desk.ask("tom", "PUT", "/contracts/ghl_update_contact", { ...contract, asked_in_order });
  const until = new Date(Date.now() + 5 * 86_400_000).toISOString();
  await desk.ask("carol", "PUT", "/away/carol", { until, instead: "dora" });
  const executions = await Promise.all([
    desk.submit([
      {
        id: "welcome_benedikt",
        goal: "Benedikt of Bluebird Logistics signed today: make him a customer and welcome him",
        steps: [update("c1", { stage: "customer", owner: "ann" }), { ...mail("Welcome on board"), after: ["s1"] }],
      },
      { id: "tidy_leads", goal: "Keep the CRM tidy", steps: [update("c2", { stage: "lead" })] },
    ]),
    desk.submit([{ id: "weekly_mail", steps: [mail("Your week in numbers", "Hello Ann,\n\nhere is your week.")] }]),
  ]);
  const [execution = ""] = executions;
  const sealed = await desk.submit([
    { id: "look_up", steps: [{ tool: "memory_search", arguments: { query: "ann" } }] },
  ]);
  await desk.ended(sealed);
  const asked = await desk.asked(execution, 2);
  await desk.asked(executions[1] ?? "", 1);
  const { page, leave } = await signIn(started.value, desk, "bob", { viewport: { width: 1280, height: 760 } });
  const picture = async (name: string): Promise<void> => {
    await page.locator(".loading").first().waitFor({ state: "detached" });
    await page.screenshot({ path: join(FOLDER, `${name}.png`), animations: "disabled", caret: "hide" });
  };
  await page
    .getByRole("link", { name: /msgraph_send_email/u })
    .first()
    .waitFor();
  await picture("inbox");
  await goTo(page, "/console/people");
  await page.getByRole("list", { name: "Lists of tools" }).waitFor();
  await picture("people");
  const change = asked.find(({ tool_name }) => tool_name === "ghl_update_contact");
  await goTo(page, `/console/requests/${change?.approval_id}`);
  await page.getByRole("button", { name: "Approve" }).waitFor();
  await picture("request");
  await goTo(page, `/console/executions/${execution}`);
  await page
    .getByText(/waits for/u)
    .first()
    .waitFor();
  await picture("execution");

  const tool_name = "ghl_search";
  const slow = { failure_id: "slow", tool_name, arguments: null, rung: "call", kind: "slow" } as const;
  await planFailure(desk.server.stack.world, { ...slow, times: null, delay_ms: 8_000, message: "takes its time" });
  const searches = ["Bluebird", "Kranich", "Lerche", "Meise"].map((query) => ({
    tool: tool_name,
    arguments: { query },
  }));
  await page.getByRole("button", { name: "Stop …" }).click();
  await page.getByRole("radio", { name: "Everything" }).check();
  await page.getByLabel(/^Why; kept/u).fill("it looks for customers of somebody else");
  await desk.submit([{ id: "search", steps: searches }]);
  for (let running = 0; running < searches.length; ) {
    running = (await desk.ask<{ in_flight: { count: number } }>("zoe", "GET", "/system")).in_flight.count;
  }
  await page.getByRole("button", { name: "Stop everything" }).click();
  await page.locator(".countdown").first().waitFor();
  await picture("stop");
  await page.keyboard.press("Escape");

  await goTo(page, `/console/verify?execution=${sealed}`);
  const pem = await readFile(join(desk.folder, "keys", "signing-key.pub.pem"), "utf8");
  await page.getByLabel("Public key (PEM)").fill(pem);
  await page.getByRole("button", { name: "Verify" }).click();
  await page.getByRole("region", { name: "Report" }).evaluate((report) => report.scrollIntoView({ block: "end" }));
  await picture("verify");
  await leave();
} finally {
  await desk.stop();
  await started.value.close();
}
