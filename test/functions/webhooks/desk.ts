import { memoryBus } from "../../../functions/adapters/memory/bus.ts";
import { memoryTable } from "../../../functions/adapters/memory/table.ts";
import { memoryWebhookSecrets } from "../../../functions/adapters/memory/webhook-secrets.ts";
import { tablePorts } from "../../../functions/adapters/table/index.ts";
import type { Table } from "../../../functions/adapters/table/table.ts";
import { deliverDue } from "../../../functions/webhooks/deliver-due.ts";
import { takeEvent } from "../../../functions/webhooks/take-event.ts";
import type { Notice, NoticeAnswer } from "../../../shared/ports/webhooks.ts";
import { signingSecretOf } from "../../../shared/webhooks/signature.ts";
import type { Webhook } from "../../../shared/webhooks/webhook.ts";
import { collectingLog, type LoggedLine } from "../../harness/collecting-log.ts";
import { aWebhook, NOON } from "../../shared/webhooks/deliveries.ts";

export const SECRET = signingSecretOf(new Uint8Array(32).fill(7));

type Send = (notice: Notice) => Promise<NoticeAnswer>;

/** Addresses and what is on its way to them, over one table, at a time that a test moves. */
export const desk = (send: Send, observe: (table: Table) => Table = (table) => table, start = Date.parse(NOON)) => {
  const time = { now: start };
  const table = memoryTable();
  const secrets = memoryWebhookSecrets();
  const bus = memoryBus();
  const logged: LoggedLine[] = [];
  /** The memory of one process; a test may let it die and begin another. */
  const process = (seen: Table) => ({
    ...tablePorts(seen),
    webhookSecrets: secrets,
    notices: { send },
    courier: { waits: () => {} },
    consoleUrl: () => "https://buddy.example.com/console",
    bus,
    log: collectingLog(logged),
    clock: { now: () => new Date(time.now) },
    wallClock: { now: () => new Date(time.now) },
    policy: {
      registry_open: true,
      wait_for_resources_seconds: 1,
      settling_seconds: 1,
      largest_clock_skew_seconds: 0,
      allowed_hosts: [],
      allowed_commands: [],
      duplicate_window_floor_hours: 1,
      definition: "d",
    },
  });
  const deps = process(observe(table));
  const add = async (changes: Partial<Webhook> = {}, url = "https://desk.example.com/buddy"): Promise<void> => {
    const added = aWebhook(changes);
    await secrets.put(added.webhook_id, { signing: SECRET, previous: null, url, slack_signing_secret: null });
    await deps.webhooks.add(added);
  };
  const all = async (webhook_id = "w1") => (await deps.deliveries.list(webhook_id, { limit: 200, next: null })).items;
  return {
    deps,
    time,
    bus,
    logged,
    table,
    process,
    add,
    all,
    take: (id: string, type = "LearningSignal") => takeEvent(deps)({ type, detail: { id, note: "n" } }),
    deliver: (of = deps) => deliverDue(of)(() => false),
  };
};

export const answers = (status: number): NoticeAnswer => ({ kind: "answered", status });
