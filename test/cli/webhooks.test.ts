import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { EXIT } from "../../cli/exit-codes.ts";
import { runBuddy } from "../../cli/program.ts";
import { localPrograms } from "../../cli/terminal/local-programs.ts";
import { type RunningServer, startServer } from "../../local/server.ts";
import { startWebhookReceiver, type WebhookReceiver } from "../counterparts/webhook-receiver.ts";
import { fakeContext } from "./fake-context.ts";

let folder = "";
let receiver: WebhookReceiver;
let server: RunningServer;
const start = (): Promise<RunningServer> =>
  startServer({ data_dir: folder, port: 0, live_enabled: true, registry_open: true, allowed_hosts: [receiver.host] });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "buddy-webhooks-"));
  receiver = await startWebhookReceiver();
  server = await start();
});
afterAll(async () => {
  await server.stop();
  await receiver.stop();
  await rm(folder, { recursive: true, force: true });
});

const buddy = async (line: string): Promise<{ code: number; said: string }> => {
  const fake = fakeContext({});
  const context = { ...fake.context, fetch: globalThis.fetch, local: localPrograms, now: () => new Date() };
  const code = await runBuddy(context, [...line.split(" "), "--endpoint", server.url, "--data", folder]);
  return { code, said: `${fake.stdout()}${fake.stderr()}`.trim() };
};

it("an address is told from its registration on, over a restart, and what came of it is shown", async () => {
  expect((await buddy("webhooks add https://elsewhere.example.org/")).code).toBe(EXIT.refused);
  const added = await buddy(`webhooks add ${receiver.url} --event LearningSignal --description desk`);
  const [, id = ""] = /^(\S+) is registered/.exec(added.said) ?? [];
  const [, secret = ""] = /this once: (\S+)/.exec(added.said) ?? [];
  receiver.trust(secret);
  if (process.platform !== "win32") expect((await stat(join(folder, "webhooks"))).mode & 0o077).toBe(0);

  receiver.misbehave(500);
  expect((await buddy(`webhooks test ${id}`)).code).toBe(EXIT.ok);
  await receiver.until(1);
  expect(receiver.received[0]).toMatchObject({ verified: true, payload: { type: "WebhookTest" } });

  // A delivery that waits when a server ends is sent by the next.
  await server.stop();
  server = await start();
  await receiver.until(2);
  expect(receiver.received[1]?.id).toBe(receiver.received[0]?.id);

  await server.stack.deps.bus.publish([{ type: "LearningSignal", detail: { id: "s1", insight: "n" } }]);
  await receiver.until(3);
  const [, delivery = ""] = /^(\w+) .*LearningSignal s1/m.exec((await buddy(`webhooks deliveries ${id}`)).said) ?? [];
  expect((await buddy(`webhooks resend ${id} ${delivery}`)).code).toBe(EXIT.ok);
  await receiver.until(4);
  expect(receiver.received[3]).toMatchObject({ id: delivery, verified: true });

  expect((await buddy("webhooks list")).said).toContain(`${id}  webhook  ${receiver.url}  LearningSignal  active`);
  expect((await buddy(`webhooks rotate ${id}`)).said).toContain("whsec_");
  expect((await buddy(`webhooks enable ${id}`)).code).toBe(EXIT.ok);
  expect((await buddy(`webhooks remove ${id}`)).said).toBe(`${id} is removed`);
  expect((await buddy(`webhooks deliveries ${id}`)).code).toBe(EXIT.not_found);
}, 30_000);
