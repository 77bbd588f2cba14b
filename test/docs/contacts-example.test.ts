import { expect, it } from "vitest";
import { contactsService, readContacts } from "../../examples/builtin/contacts.ts";
import { examplePage } from "./example-page.ts";

const page = examplePage("docs/contacts-example.md", "localhost:7732");
const { buddy, performed } = page;
const ann = () => readContacts(page.file("my-contacts.json"))["ann-1"];

it("contacts without an account: the commands of the page change one contact, once a person has approved, and put it back", async () => {
  const cities: { step: string; city: unknown }[] = [];
  const said = await page.performAll({
    before: async (step) => {
      if (step.includes("npx buddy start ")) await page.startHere([page.tls.cert]);
    },
    after: (step) => cities.push({ step, city: ann()?.city }),
  });
  expect(cities.filter(({ city }, index) => index > 0 && city !== cities[index - 1]?.city)).toEqual([
    { step: "npx buddy approve --all --as bob --yes", city: "Lille" },
    { step: expect.stringContaining("npx buddy rollback"), city: "Ghent" },
  ]);
  expect(said).toContain('city: "Ghent" → "Lille"');
});

it("a change of the example's contact whose answer is lost is found in the contact, and made once", async () => {
  const tokens = { read: "may-read", write: "may-write" };
  const listening = contactsService(page.file("my-contacts.json"), tokens, page.tls);
  let changes = 0;
  listening.prependListener("request", ({ method, socket }, response) => {
    if (method !== "PUT") return;
    changes += 1;
    response.writeHead = () => {
      socket.destroy();
      return response;
    };
  });
  for (const [name, token] of Object.entries(tokens)) await buddy(`secrets set ${name}/gohighlevel`, `${token}\n`);
  await page.startWith(listening);
  await buddy("contracts add examples/builtin/contacts.contracts.json --as alice");
  for (const tool of ["goal_query", "ghl_search", "ghl_update_contact"]) {
    await buddy(`contracts confirm ${tool} --as bob --yes`);
  }
  await buddy("run examples/builtin/contacts.plan.json --as alice");
  await performed("approve --all --as bob --yes");
  expect([changes, ann()?.city]).toEqual([1, "Lille"]);
});
