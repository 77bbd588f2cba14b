import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { mailService, readMails } from "../../examples/builtin/mail.ts";
import { type RunningServer, startServer } from "../../local/server.ts";
import { makeCertificate } from "../counterparts/certificate.ts";
import { listeningPort } from "../counterparts/listening-port.ts";
import { type Example, startExample } from "./example-process.ts";
import { buddyLine, pageCommands } from "./page-commands.ts";

const root = join(import.meta.dirname, "../..");
const PAGE_HOST = "localhost:7731";
const { key, cert } = makeCertificate();
let folder = "";
let service: Example | undefined;
let server: RunningServer | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "buddy-mail-"));
});
afterEach(async () => {
  await server?.stop();
  server = undefined;
  service?.stop();
  await rm(folder, { recursive: true, force: true, maxRetries: 10 });
});

const { buddy, performed } = pageCommands(
  () => [...(server === undefined ? [] : ["--endpoint", server.url]), "--data", folder],
  {
    readFile: async (path: string) =>
      (await readFile(join(root, path), "utf8")).replaceAll(PAGE_HOST, service?.host ?? ""),
    writeFile: (path: string, content: Uint8Array) => writeFile(join(folder, path), content),
    readBytes: (path: string) => readFile(path).catch(() => undefined),
    readFolder: (path: string) => readdir(path).catch(() => undefined),
  },
);

const startBuddy = async (authority: string): Promise<void> => {
  server = await startServer({
    data_dir: folder,
    port: 0,
    live_enabled: true,
    registry_open: true,
    allowed_hosts: [service?.host ?? ""],
    authorities: [authority],
    policy: { settling_seconds: 1 },
  });
};

const perform = async (step: string): Promise<string> => {
  const made = /^openssl req -x509 .* -addext subjectAltName=DNS:localhost -keyout (\S+) -out (\S+)$/.exec(step);
  if (made !== null) {
    // Not every machine that runs this has openssl.
    await writeFile(join(folder, made[1] ?? ""), key);
    await writeFile(join(folder, made[2] ?? ""), cert);
    return "";
  }
  const started = /^CLIENT_SECRET=(\S+) npx node (\S+) (.+)$/.exec(step);
  if (started !== null) {
    const [, CLIENT_SECRET = "", program = "", files = ""] = started;
    service = await startExample(
      program,
      files.split(" ").map((file) => join(folder, file)),
      { CLIENT_SECRET },
    );
    return "";
  }
  const secret = /^echo (\S+) \| npx buddy (.+)$/.exec(step);
  if (secret !== null) return buddy(secret[2] ?? "", `${secret[1]}\n`);
  const trusting = /^NODE_EXTRA_CA_CERTS=(\S+) (.+)$/.exec(step);
  if (trusting === null) return performed(buddyLine(step));
  expect(buddyLine(trusting[2] ?? "")).toBe(`start --live --open-registry --allow-host ${PAGE_HOST}`);
  await startBuddy(await readFile(join(folder, trusting[1] ?? ""), "utf8"));
  return "";
};

const mails = () => readMails(join(folder, "my-mails.json"));

it("mail without an account: the commands of the page send one mail, once a person has approved, to the example's service", async () => {
  const page = await readFile(join(root, "docs/mail-example.md"), "utf8");
  const steps = [...page.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].flatMap(([, block = ""]) => block.trim().split("\n"));
  const said: string[] = [];
  const sent: { step: string; count: number }[] = [];
  for (const step of steps) {
    said.push(await perform(step));
    sent.push({ step, count: mails().length });
  }
  expect(sent.find(({ count }) => count > 0)?.step).toBe("npx buddy approve --all --as bob --yes");
  expect(mails()).toMatchObject([
    {
      subject: "Your offer",
      body: { content: "As agreed." },
      toRecipients: [{ emailAddress: { address: "ann@example.com" } }],
    },
  ]);
  expect(said.join("\n")).toContain(
    'sends "Your offer" from agents@example.com to ann@example.com; it cannot be taken',
  );
}, 60_000);

it("a mail to the example's service whose answer is lost is found among the sent items, and sent once", async () => {
  const listening = mailService(join(folder, "my-mails.json"), "may-send", { key, cert });
  const asked: string[] = [];
  listening.prependListener("request", ({ method, url, socket }, response) => {
    asked.push(`${method} ${url?.split("?")[0]?.split("/").at(-1)}`);
    if (url?.endsWith("/sendMail") !== true) return;
    response.writeHead = () => {
      socket.destroy();
      return response;
    };
  });
  listening.listen(0, "127.0.0.1");
  await once(listening, "listening");
  service = {
    host: `localhost:${listeningPort(listening)}`,
    stop: () => {
      listening.close();
      listening.closeAllConnections();
    },
  };
  await buddy("secrets set write/msgraph", "may-send\n");
  await startBuddy(cert);
  await buddy("contracts add examples/builtin/contracts.json --as alice");
  await buddy("contracts confirm memory_search --as bob --yes");
  await buddy("contracts confirm msgraph_send_email --as bob --yes");
  await buddy("run examples/builtin/plan.json --as alice");
  await performed("approve --all --as bob --yes");
  expect(asked).toEqual(["POST token", "POST sendMail", "GET messages"]);
  expect(mails()).toHaveLength(1);
}, 60_000);
