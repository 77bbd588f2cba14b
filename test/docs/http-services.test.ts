import { expect, it } from "vitest";
import { z } from "zod";
import { customersService, readStore } from "../../examples/http/customers.ts";
import { examplePage } from "./example-page.ts";

const page = examplePage("docs/http-services.md", "localhost:7730");
const { buddy, performed } = page;
const kept = () => readStore(page.file("my-customers.json"));

it("a tool of an HTTP service: every command of the page does what the page says, in the service's own file", async () => {
  const stages: { step: string; stage: string | undefined }[] = [];
  const said = await page.performAll({
    after: (step) => stages.push({ step, stage: kept().customers.c1?.stage }),
  });
  expect(stages.filter(({ stage }, index) => index > 0 && stage !== stages[index - 1]?.stage)).toEqual([
    { step: "npx buddy approve --all --as bob --yes", stage: "customer" },
    { step: expect.stringContaining("npx buddy rollback"), stage: "new" },
  ]);
  expect(Object.keys(kept().calls)).toHaveLength(2);
  expect(said).toContain('stage: "new" → "customer"');
});

it("a change by the example's tool whose answer is lost is looked up by its key, and made once", async () => {
  const listening = customersService(page.file("my-customers.json"), { read: "may-read", write: "may-write" });
  const changes: string[] = [];
  const lookUps: string[] = [];
  listening.prependListener("request", ({ method, url, socket }, response) => {
    if (url?.startsWith("/calls/")) lookUps.push(url);
    if (method !== "PUT") return;
    changes.push(String(url));
    response.writeHead = () => {
      socket.destroy();
      return response;
    };
  });
  await buddy("secrets set read/customers", "may-read\n");
  await buddy("secrets set write/customers", "may-write\n");
  await page.startWith(listening);
  await buddy("contracts add examples/http/contracts.json");
  await buddy("run examples/http/plan.json --as alice");
  await performed("approve --all --as bob --yes");
  const [key] = Object.keys(kept().calls);
  expect({ changes, lookUps, stage: kept().customers.c1?.stage }).toEqual({
    changes: ["/customers/c1"],
    lookUps: [`/calls/${key}`],
    stage: "customer",
  });
  const execution = z.object({ items: z.array(z.object({ status: z.string() })) });
  expect(execution.parse(JSON.parse(await buddy("status --json"))).items).toMatchObject([{ status: "SUCCEEDED" }]);
});
