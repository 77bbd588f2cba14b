import { expect, it } from "vitest";
import { mailService, readMails } from "../../examples/builtin/mail.ts";
import { examplePage } from "./example-page.ts";

const page = examplePage("docs/mail-example.md", "localhost:7731");
const { buddy, performed } = page;
const mails = () => readMails(page.file("my-mails.json"));

it("mail without an account: the commands of the page send one mail, once a person has approved, to the example's service", async () => {
  const sent: { step: string; count: number }[] = [];
  const said = await page.performAll({ after: (step) => sent.push({ step, count: mails().length }) });
  expect(sent.find(({ count }) => count > 0)?.step).toBe("npx buddy approve --all --as bob --yes");
  expect(mails()).toMatchObject([
    {
      subject: "Your offer",
      body: { content: "As agreed." },
      toRecipients: [{ emailAddress: { address: "ann@example.com" } }],
    },
  ]);
  expect(said).toContain('sends "Your offer" from agents@example.com to ann@example.com; it cannot be taken');
});

it("a mail to the example's service whose answer is lost is found among the sent items, and sent once", async () => {
  const listening = mailService(page.file("my-mails.json"), "may-send", page.tls);
  const asked: string[] = [];
  listening.prependListener("request", ({ method, url, socket }, response) => {
    asked.push(`${method} ${url?.split("?")[0]?.split("/").at(-1)}`);
    if (url?.endsWith("/sendMail") !== true) return;
    response.writeHead = () => {
      socket.destroy();
      return response;
    };
  });
  await buddy("secrets set write/msgraph", "may-send\n");
  await page.startWith(listening);
  await buddy("contracts add examples/builtin/contracts.json --as alice");
  await buddy("contracts confirm memory_search --as bob --yes");
  await buddy("contracts confirm msgraph_send_email --as bob --yes");
  await buddy("run examples/builtin/plan.json --as alice");
  await performed("approve --all --as bob --yes");
  expect(asked).toEqual(["POST token", "POST sendMail", "GET messages"]);
  expect(mails()).toHaveLength(1);
});
