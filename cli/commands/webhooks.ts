import type { Command } from "commander";
import { z } from "zod";
import { moment } from "../../shared/shown/words.ts";
import { CliError } from "../client/problem.ts";
import { type App, addCommand } from "../command.ts";
import type { Context } from "../context.ts";
import { EXIT } from "../exit-codes.ts";
import { hint } from "../hints.ts";
import { jsonFile } from "../named-files.ts";
import type { Delivery, Webhook } from "../replies/webhooks.ts";
import { say, show } from "../session.ts";
import { noArguments, noOptions, oneArgument, pageLimit, text } from "./options.ts";

const ABOUT = `Addresses that are told of what happens: systems of yours, by signed requests (Standard Webhooks), and people, by messages of
Slack and Teams. An event is told at least once, tried again for a day; in which order, nobody promises.`;

const KINDS = ["webhook", "slack", "teams"];

const lineOf = ({ webhook_id, kind, address, event_types, status, ...more }: Webhook): string => {
  const told = event_types === null ? "all events" : event_types.join(", ");
  const failing = more.failing_since === null ? "" : `, failing since ${moment(more.failing_since)}`;
  const again = more.left_alone_until === undefined ? "" : `, asked again after ${moment(more.left_alone_until)}`;
  const how =
    status === "active" ? `active${failing}${again}` : `${status}: ${more.disabled_because ?? "no reason given"}`;
  const channel = more.slack_channel === undefined ? "" : ` (channel ${more.slack_channel})`;
  const readers = more.told_for === undefined ? "" : ` for ${more.told_for.join(", ")}`;
  return `${webhook_id}  ${kind}  ${address}${channel}  ${told}${readers}  ${how}${more.description === null ? "" : `  ${more.description}`}`;
};

const deliveryLine = ({
  delivery_id,
  event_type,
  event_id,
  created_at,
  status,
  attempts,
  tries,
  next_at,
}: Delivery) => {
  const last = tries.at(-1);
  const said =
    last === undefined ? "" : `, last ${last.status === null ? (last.error ?? "no answer") : `HTTP ${last.status}`}`;
  const next = next_at === null ? "" : `, next not before ${moment(next_at)}`;
  return `${delivery_id}  ${moment(created_at)}  ${event_type} ${event_id}  ${status} (tried ${attempts}${said}${next})`;
};

export const addWebhooks = (program: Command, app: App): void => {
  const webhooks = program.command("webhooks").summary("addresses that are told of what happens").description(ABOUT);
  addCommand(webhooks, app, {
    usage: "add <url>",
    summary: "register an address",
    teaches: `Its host must be one that Buddy may reach (buddy start --allow-host; deployed, the setting allowed_hosts). The secret that
requests are signed with is printed once: receivers verify with it. --slack-app names a file {"slack_signing_secret": "...", "slack_bot_token": "...", "slack_channel": "C..."}; with the token a
rejection asks why, with the channel the app's bot writes there, and a message follows its request: decided, expired, taken back.`,
    examples: [
      "buddy webhooks add https://desk.example.com/buddy --event ApprovalRequested --event OrchestrationCompleted",
      "buddy webhooks add https://hooks.slack.com/services/T0/B0/x --kind slack --slack-app app.json",
    ],
    exits: [EXIT.ok, EXIT.refused, EXIT.conflict],
    flags: [
      {
        flags: "--kind <kind>",
        says: "what is sent: events, or messages to people (default: webhook)",
        choices: KINDS,
      },
      { flags: "--event <type...>", says: "told of these events only; may be repeated (default: all)" },
      { flags: "--for <name...>", says: "who reads it: not told of requests put to others; may be repeated" },
      { flags: "--description <text>", says: "whose it is" },
      { flags: "--slack-app <file>", says: "with the app's signing secret, so that its messages have buttons" },
    ],
    args: oneArgument,
    options: z.object({
      kind: z.string().default("webhook"),
      event: z.array(text).optional(),
      for: z.array(text).optional(),
      description: text.optional(),
      slackApp: text.optional(),
    }),
    run: async (session, [url], { kind, event, for: told_for, description, slackApp }) => {
      const app_file = slackApp === undefined ? {} : await readSlackApp(session.context, slackApp);
      const told = { event_types: event ?? null, told_for: told_for ?? null };
      const body = { url, kind, ...told, description: description ?? null, ...app_file };
      show(session, await session.api.addWebhook(body), ({ webhook, secret }) => [
        `${webhook.webhook_id} is registered: ${webhook.address}`,
        `Secret, shown this once: ${secret}`,
        `Try it: ${hint.testWebhook(webhook.webhook_id)}`,
      ]);
      return EXIT.ok;
    },
  });
  addCommand(webhooks, app, {
    usage: "list",
    summary: "all registered addresses",
    teaches: "With what each is told of and whether it takes it. Secrets are shown to nobody.",
    examples: ["buddy webhooks list"],
    exits: [EXIT.ok],
    args: noArguments,
    options: noOptions,
    run: async (session) => {
      show(session, await session.api.webhooks(), (list) =>
        list.webhooks.length === 0 ? ["No addresses are registered."] : list.webhooks.map(lineOf),
      );
      return EXIT.ok;
    },
  });
  addCommand(webhooks, app, {
    usage: "remove <webhook>",
    summary: "remove an address",
    teaches: "What waits for it is not sent any more.",
    examples: ["buddy webhooks remove 01JABC..."],
    exits: [EXIT.ok, EXIT.not_found],
    args: oneArgument,
    options: noOptions,
    run: async (session, [id]) => {
      show(session, await session.api.removeWebhook(id), ({ removed }) => [`${removed} is removed`]);
      return EXIT.ok;
    },
  });
  addCommand(webhooks, app, {
    usage: "rotate <webhook>",
    summary: "give an address a new secret",
    teaches: "For 24 hours requests are signed under the old one as well, so that a receiver can change over.",
    examples: ["buddy webhooks rotate 01JABC..."],
    exits: [EXIT.ok, EXIT.not_found],
    args: oneArgument,
    options: noOptions,
    run: async (session, [id]) => {
      show(session, await session.api.rotateWebhook(id), ({ secret }) => [`Secret, shown this once: ${secret}`]);
      return EXIT.ok;
    },
  });
  addCommand(webhooks, app, {
    usage: "enable <webhook>",
    summary: "take up an address that was disabled",
    teaches: "One that answered nothing for a day, or said that it is gone. What waited for it is sent.",
    examples: ["buddy webhooks enable 01JABC..."],
    exits: [EXIT.ok, EXIT.not_found],
    args: oneArgument,
    options: noOptions,
    run: async (session, [id]) => {
      show(session, await session.api.enableWebhook(id), ({ webhook }) => [lineOf(webhook)]);
      return EXIT.ok;
    },
  });
  addCommand(webhooks, app, {
    usage: "test <webhook>",
    summary: "send an address an event that means nothing",
    teaches: "It is sent within a minute; the list of deliveries says what came of it.",
    examples: ["buddy webhooks test 01JABC..."],
    exits: [EXIT.ok, EXIT.not_found, EXIT.conflict],
    args: oneArgument,
    options: noOptions,
    run: async (session, [id]) => {
      show(session, await session.api.testWebhook(id), ({ delivery }) => [deliveryLine(delivery)]);
      say(session, `Look: ${hint.deliveries(id)}`);
      return EXIT.ok;
    },
  });
  addCommand(webhooks, app, {
    usage: "deliveries <webhook>",
    summary: "what was sent to an address, or waits to be",
    teaches: "Newest first, with what the last try came to. They are kept for 30 days.",
    examples: [
      "buddy webhooks deliveries 01JABC...",
      "buddy webhooks deliveries 01JABC... --json | jq '.items[].tries'",
    ],
    exits: [EXIT.ok, EXIT.not_found],
    flags: [
      { flags: "--limit <n>", says: "how many (default: 50)" },
      { flags: "--next <place>", says: "go on where the list before ended" },
    ],
    args: oneArgument,
    options: z.object({ limit: pageLimit.default(50), next: text.optional() }),
    run: async (session, [id], { limit, next }) => {
      show(session, await session.api.deliveries(id, limit, next), (page) => [
        ...(page.items.length === 0 ? ["Nothing was sent."] : page.items.map(deliveryLine)),
        ...(page.next === null ? [] : [`More: ${hint.moreDeliveries(id, limit, page.next)}`]),
      ]);
      return EXIT.ok;
    },
  });
  addCommand(webhooks, app, {
    usage: "resend <webhook> <delivery>",
    summary: "send a delivery once more",
    teaches: "Under the same id, whatever came of it before: a receiver recognises a repeat by that.",
    examples: ["buddy webhooks resend 01JABC... 5ae7..."],
    exits: [EXIT.ok, EXIT.not_found, EXIT.conflict],
    args: z.tuple([z.string().min(1), z.string().min(1)]),
    options: noOptions,
    run: async (session, [id, delivery_id]) => {
      show(session, await session.api.resend(id, delivery_id), ({ delivery }) => [deliveryLine(delivery)]);
      return EXIT.ok;
    },
  });
};

const slackAppFile = z.strictObject({
  slack_signing_secret: z.string(),
  slack_bot_token: z.string().optional(),
  slack_channel: z.string().optional(),
});

/** Its words would quote the file, which holds a secret. */
const readSlackApp = async (context: Context, path: string): Promise<z.infer<typeof slackAppFile>> => {
  const read = slackAppFile.safeParse(await jsonFile(context, path));
  if (read.success) return read.data;
  throw new CliError(
    `${path} must hold {"slack_signing_secret": "..."}, maybe "slack_bot_token" and "slack_channel" too, and nothing else`,
    EXIT.refused,
  );
};
