import { z } from "zod";
import { BUS_EVENTS, type BusEventType } from "../artifacts/bus-events.ts";
import { askedName } from "../execution/approval/away.ts";
import type { JsonObject } from "../plan/json.ts";
import { MASK } from "../plan/mask.ts";
import { isSamePerson } from "../plan/same-person.ts";
import { identifier } from "../plan/tool-execution-plan.ts";

/** Asked for by a person, to see whether an address takes what it is sent. */
export const TEST_EVENT = "WebhookTest";

const isEventType = (name: string): name is BusEventType => Object.hasOwn(BUS_EVENTS, name);
const names = Object.keys(BUS_EVENTS).filter(isEventType);
export const eventType = z.enum(names);

/**
 * The kinds of addresses: `webhook` is sent the event, signed; `slack` and `teams` a message that shows people what
 * waits for them.
 */
export const webhookKind = z.enum(["webhook", "slack", "teams"]);
export type WebhookKind = z.infer<typeof webhookKind>;

/** Events that a message to people is made of. */
export const MESSAGE_EVENTS = ["ApprovalRequested", "ApprovalReminder"] as const satisfies readonly BusEventType[];

/** An address that somebody registered, without its secrets. */
export const webhook = z.strictObject({
  webhook_id: identifier,
  kind: webhookKind,
  /** Scheme, host and path, as `shownAddress` has it; of `slack` and `teams` the host alone, since who has the whole address may write there. */
  address: z.string(),
  description: z.string().nullable(),
  /** The events it is told of; null: all, those of later releases too. */
  event_types: z.array(eventType).nullable(),
  /** Names of people and groups that read it: of requests that are put to others it is not told. Without, of all. */
  told_for: z.array(askedName).min(1).exactOptional(),
  /** Of `slack`: where its app writes messages that it can change later. Without, they stay as they were sent. */
  slack_channel: z.string().exactOptional(),
  created_by: z.string(),
  created_at: z.string(),
  status: z.enum(["active", "disabled"]),
  disabled_because: z.string().nullable(),
  disabled_at: z.string().nullable(),
  /** Since when nothing was delivered to it, though it was tried; null while deliveries succeed. */
  failing_since: z.string().nullable(),
  /** Nothing is sent to it before: it failed, or asked for it. */
  left_alone_until: z.string().exactOptional(),
  /** Grows with every write: the condition of the next. */
  version: z.number().int().positive(),
});
export type Webhook = z.infer<typeof webhook>;

/** Parts of a path as nobody chooses them: who has such an address may write there. */
const MADE_UP = /^(?=[^/]*\d)(?=[^/]*[A-Za-z])[^/]{16,}$/;

/** An address as it is shown: without its query, and without parts that were drawn to be known to few. */
export const shownAddress = (url: string): string => {
  const { origin, pathname } = new URL(url);
  return origin + pathname.replaceAll(/[^/]+/g, (part) => (MADE_UP.test(part) ? MASK : part));
};

/** Events that are put to somebody name whom. */
const putTo = z.looseObject({ to: z.array(z.string()) });

/** One that reads for somebody is told of what is put to one of them, and of what is put to everybody. */
const reads = (told_for: readonly string[] | undefined, data: JsonObject): boolean => {
  const asked = putTo.safeParse(data);
  if (told_for === undefined || !asked.success || asked.data.to.length === 0) return true;
  return asked.data.to.some((name) => told_for.some((each) => isSamePerson(each, name)));
};

/** People who are shown requests are shown those that are put to them later, too. */
const typeWanted = (kind: WebhookKind, type: string): string =>
  kind !== "webhook" && type === ESCALATED ? "ApprovalRequested" : type;
const ESCALATED = "ApprovalEscalated" satisfies BusEventType;

/** A request changes by these: messages that show it follow. */
const CHANGES: readonly string[] = [
  "ApprovalEscalated",
  "ApprovalExtended",
  "ApprovalClosed",
] satisfies readonly BusEventType[];

/** The addresses whose messages follow an event, whether or not they are told of it. */
export const followersOf = (webhooks: readonly Webhook[], type: string): readonly Webhook[] =>
  CHANGES.includes(type)
    ? webhooks.filter(({ status, slack_channel }) => status === "active" && slack_channel !== undefined)
    : [];

type Told = { readonly type: string; readonly data: JsonObject };

const wants = ({ status, kind, event_types }: Webhook, type: string): boolean =>
  status === "active" && (event_types === null || event_types.some((each) => each === typeWanted(kind, type)));

/**
 * The addresses that are told of an event now. One that is put to somebody for whom none reads is told to all that want
 * its kind: nobody is asked in vain.
 */
export const addressesFor = (webhooks: readonly Webhook[], { type, data }: Told): readonly Webhook[] => {
  const wanting = webhooks.filter((each) => wants(each, type));
  const reading = wanting.filter(({ told_for }) => reads(told_for, data));
  return reading.length > 0 ? reading : wanting;
};

const replacedSecret = z.strictObject({ signing: z.string(), until: z.string() });

/** The secrets of one address; kept apart from it, and shown to nobody after they were made. */
export const webhookSecret = z.strictObject({
  /** Signs; `whsec_` and base64. */
  signing: z.string(),
  /** Signs as well until then, so that a receiver can change over. */
  previous: replacedSecret.nullable(),
  /** Those before that one, while their time is not over, the newest first. */
  earlier: z.array(replacedSecret).exactOptional(),
  /** The whole address. */
  url: z.string(),
  /** Of a Slack app: what it signs its requests to Buddy with. */
  slack_signing_secret: z.string().nullable(),
  /** Of a Slack app: what it may open dialogs with, so that a rejection says why, and write in a channel. */
  slack_bot_token: z.string().exactOptional(),
});
export type WebhookSecret = z.infer<typeof webhookSecret>;
