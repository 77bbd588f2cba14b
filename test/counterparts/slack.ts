import { createHmac } from "node:crypto";
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { z } from "zod";
import { listeningPort } from "./listening-port.ts";

/** A message as Slack's documentation allows it; any other is answered with `invalid_blocks`. */
const plainText = z.strictObject({
  type: z.literal("plain_text"),
  text: z.string().min(1).max(3_000),
  emoji: z.boolean().optional(),
});
const button = z.strictObject({
  type: z.literal("button"),
  text: plainText.extend({ text: z.string().min(1).max(75) }),
  action_id: z.string().max(255),
  value: z.string().max(2_000).optional(),
  url: z.url().max(3_000).optional(),
  style: z.enum(["primary", "danger"]).optional(),
});
const message = z.strictObject({
  text: z.string(),
  blocks: z
    .array(
      z.discriminatedUnion("type", [
        z.strictObject({ type: z.literal("section"), text: plainText }),
        z.strictObject({ type: z.literal("actions"), elements: z.array(button).min(1).max(25) }),
      ]),
    )
    .max(50)
    .optional(),
  replace_original: z.boolean().optional(),
  response_type: z.enum(["ephemeral", "in_channel"]).optional(),
});
export type SlackMessage = z.infer<typeof message>;

/** As chat.postMessage and chat.update take it. */
const written = message.omit({ replace_original: true, response_type: true }).extend({ channel: z.string() });
const postMessage = written.extend({
  metadata: z.strictObject({ event_type: z.string(), event_payload: z.record(z.string(), z.json()) }).optional(),
});
const update = written.extend({ ts: z.string() });
type Metadata = z.infer<typeof postMessage>["metadata"];

const label = plainText.extend({ text: z.string().min(1).max(24) });
/** A dialog with input fields, as the documentation of views.open wants it. */
const viewsOpen = z.strictObject({
  trigger_id: z.string().min(1),
  view: z.strictObject({
    type: z.literal("modal"),
    callback_id: z.string().max(255),
    private_metadata: z.string().max(3_000),
    title: label,
    submit: label,
    close: label,
    blocks: z
      .array(
        z.strictObject({
          type: z.literal("input"),
          block_id: z.string().max(255),
          label: plainText.extend({ text: z.string().min(1).max(2_000) }),
          element: z.strictObject({
            type: z.literal("plain_text_input"),
            action_id: z.string().max(255),
            multiline: z.boolean(),
            max_length: z.number().int().min(1).max(3_000),
          }),
        }),
      )
      .min(1)
      .max(100),
  }),
});
type Dialog = z.infer<typeof viewsOpen>["view"];

/** A bot's token, as Slack's documentation writes one. */
export const BOT_TOKEN = "xoxb-not-a-real-token";

/** The channel that the bot is in. */
export const CHANNEL = "C012AB3CD";

/** Slack's answer in place of its usual one; `lost`: it does what it is asked, and the answer never arrives. */
type Trouble = { readonly error: string } | "ratelimited" | "lost";

type Answer = { readonly ok: boolean; readonly error?: string; readonly [more: string]: unknown };

/**
 * A channel of Slack on loopback: takes messages, changes them by response_url or by the bot's methods, opens dialogs,
 * and sends clicks as Slack does.
 */
export const startSlack = async (signing_secret: string) => {
  const channel: SlackMessage[] = [];
  const whispers: string[] = [];
  const dialogs: Dialog[] = [];
  const triggers = new Set<string>();
  const marks: Metadata[] = [];
  const calls: string[] = [];
  const troubles = new Map<string, Trouble[]>();
  const deleted = new Set<number>();
  const scopes = new Set<string>();
  /** How much a message may hold in all, which Slack does not document. */
  let most_letters = Number.POSITIVE_INFINITY;
  const isTooLong = (said: SlackMessage): boolean => JSON.stringify(said).length > most_letters;
  const nameOf = (place: number): string => `1700000000.${String(place).padStart(6, "0")}`;

  const openView = (body: unknown): Answer => {
    const asked = viewsOpen.safeParse(body);
    if (!asked.success) return { ok: false, error: "invalid_arguments" };
    if (!triggers.delete(asked.data.trigger_id)) return { ok: false, error: "exchanged_trigger_id" };
    dialogs.push(asked.data.view);
    return { ok: true };
  };
  const postTo = (body: unknown): Answer => {
    const asked = postMessage.safeParse(body);
    if (!asked.success) return { ok: false, error: "invalid_blocks" };
    const { channel: to, metadata, ...said } = asked.data;
    if (to !== CHANNEL) return { ok: false, error: "channel_not_found" };
    if (isTooLong(said)) return { ok: false, error: "msg_blocks_too_long" };
    const place = channel.push(said) - 1;
    marks[place] = metadata;
    return { ok: true, channel: to, ts: nameOf(place), message: said };
  };
  const updateIn = (body: unknown): Answer => {
    const asked = update.safeParse(body);
    if (!asked.success) return { ok: false, error: "invalid_blocks" };
    const { channel: at, ts, ...said } = asked.data;
    const place = channel.findIndex((_said, each) => nameOf(each) === ts);
    if (at !== CHANNEL) return { ok: false, error: "channel_not_found" };
    if (isTooLong(said)) return { ok: false, error: "msg_blocks_too_long" };
    if (place === -1 || deleted.has(place)) return { ok: false, error: "message_not_found" };
    channel[place] = said;
    return { ok: true, channel: at, ts, text: said.text };
  };
  const historyOf = (form: unknown): Answer => {
    if (!scopes.has("channels:history")) return { ok: false, error: "missing_scope", needed: "channels:history" };
    const asked = z
      .looseObject({ channel: z.literal(CHANNEL), include_all_metadata: z.literal("true") })
      .safeParse(form);
    if (!asked.success) return { ok: false, error: "channel_not_found" };
    const messages = channel.map((said, place) => ({ ...said, ts: nameOf(place), metadata: marks[place] }));
    return { ok: true, messages: messages.filter((_said, place) => !deleted.has(place)).toReversed() };
  };
  const METHODS: Readonly<Record<string, (body: unknown) => Answer>> = {
    "views.open": openView,
    "chat.postMessage": postTo,
    "chat.update": updateIn,
    // It reads a form and no JSON.
    "conversations.history": historyOf,
  };
  const server = createServer(async (request, response) => {
    const method = /^\/api\/(.+)$/.exec(request.url ?? "")?.[1];
    if (method !== undefined) {
      calls.push(method);
      const sent = await text(request);
      const isForm = request.headers["content-type"] === "application/x-www-form-urlencoded";
      const trouble = troubles.get(method)?.shift();
      if (trouble === "ratelimited") return response.writeHead(429, { "retry-after": "30" }).end();
      const refused = typeof trouble === "object" ? trouble.error : undefined;
      const error = request.headers.authorization === `Bearer ${BOT_TOKEN}` ? refused : "invalid_auth";
      const body = isForm ? Object.fromEntries(new URLSearchParams(sent)) : JSON.parse(sent);
      const answer = error === undefined ? METHODS[method]?.(body) : { ok: false, error };
      if (trouble === "lost") return response.destroy();
      // It answers 200 whatever comes of it.
      return response.writeHead(200).end(JSON.stringify(answer ?? { ok: false, error: "unknown_method" }));
    }
    const parsed = message.safeParse(JSON.parse(await text(request)));
    if (!parsed.success) return response.writeHead(400).end("invalid_blocks");
    const { replace_original, response_type, ...said } = parsed.data;
    if (isTooLong(said)) return response.writeHead(400).end("msg_blocks_too_long");
    if (response_type === "ephemeral") whispers.push(said.text);
    else if (replace_original === true) channel[Number(request.url?.split("/").at(-1))] = said;
    else channel.push(said);
    return response.writeHead(200).end("ok");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const host = `127.0.0.1:${listeningPort(server)}`;

  /** The request that a click makes; `at` is when Slack says it was sent, `answer_to` where its answer is wanted. */
  const clickOn = (
    place: number,
    user: string,
    label: string,
    { at = Date.now(), secret = signing_secret, answer_to = `http://${host}/actions/${place}` } = {},
  ) => {
    const buttons = (channel[place]?.blocks ?? []).flatMap((block) => (block.type === "actions" ? block.elements : []));
    const action = buttons.find((each) => each.text.text === label);
    if (action === undefined) throw new Error(`the message has no button ${label}`);
    const trigger_id = `${place}.${user}.${triggers.size}`;
    triggers.add(trigger_id);
    const payload = {
      type: "block_actions",
      user: { id: user, username: "shown" },
      api_app_id: "A1",
      trigger_id,
      response_url: answer_to,
      actions: [{ type: "button", action_id: action.action_id, value: action.value, block_id: "b" }],
    };
    return signed(payload, at, secret);
  };

  /** The request that Slack makes when a member sends in the dialog that was opened last. */
  const submitDialog = (user: string, written: string | null, { at = Date.now(), secret = signing_secret } = {}) => {
    const view = dialogs.at(-1);
    const [field] = view?.blocks ?? [];
    if (view === undefined || field === undefined) throw new Error("no dialog is open");
    const values = { [field.block_id]: { [field.element.action_id]: { type: "plain_text_input", value: written } } };
    const { callback_id, private_metadata } = view;
    const payload = {
      type: "view_submission",
      user: { id: user, username: "shown" },
      view: { id: "V1", callback_id, private_metadata, state: { values } },
    };
    return signed(payload, at, secret);
  };

  const signed = (payload: object, at: number, secret: string) => {
    const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
    const timestamp = String(Math.floor(at / 1_000));
    const digest = createHmac("sha256", secret).update(`v0:${timestamp}:${body}`).digest("hex");
    const headers = {
      "content-type": "application/x-www-form-urlencoded",
      "x-slack-request-timestamp": timestamp,
      "x-slack-signature": `v0=${digest}`,
    };
    return { method: "POST", headers, body };
  };

  return {
    host,
    url: `http://${host}/services/T0/B0/x`,
    channel,
    whispers,
    dialogs,
    /** The methods that were called, in their order. */
    calls,
    /** The next calls of a method have this answer, one after the other. */
    trouble: (method: string, ...answers: Trouble[]) => troubles.set(method, answers),
    /** No message may hold more letters than so many. */
    limit: (letters: number) => {
      most_letters = letters;
    },
    /** Somebody in Slack deletes a message. */
    remove: (place: number) => deleted.add(place),
    allow: (scope: string) => scopes.add(scope),
    clickOn,
    submitDialog,
    labels: (place: number) =>
      (channel[place]?.blocks ?? []).flatMap((block) =>
        block.type === "actions" ? block.elements.map((each) => each.text.text) : [],
      ),
    textOf: (place: number) =>
      (channel[place]?.blocks ?? []).flatMap((block) => (block.type === "section" ? [block.text.text] : [])).join("\n"),
    clear: () => {
      channel.length = 0;
      whispers.length = 0;
      dialogs.length = 0;
      calls.length = 0;
      marks.length = 0;
      most_letters = Number.POSITIVE_INFINITY;
      for (const each of [triggers, troubles, deleted, scopes]) each.clear();
    },
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
export type Slack = Awaited<ReturnType<typeof startSlack>>;
