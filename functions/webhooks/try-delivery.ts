import { OPERATORS } from "../../shared/audit/audit-event.ts";
import { BUDDY } from "../../shared/plan/agent.ts";
import type { JsonObject } from "../../shared/plan/json.ts";
import { compareAndSet } from "../../shared/ports/contention.ts";
import type { Notice, NoticeAnswer } from "../../shared/ports/webhooks.ts";
import {
  afterTry,
  isDelivered,
  isDueAt,
  isLeftAlone,
  putOffAfter,
  type Tried,
  webhookAfterTry,
  webhookBeforeTry,
} from "../../shared/webhooks/after-try.ts";
import type { Delivery } from "../../shared/webhooks/delivery.ts";
import type { Webhook } from "../../shared/webhooks/webhook.ts";
import type { Deps } from "../deps.ts";
import { type Kept, keepMessage } from "./kept-message.ts";
import { messageFor, messageNotice, REFUSED_AS_IT_IS, signedNotice } from "./message-for.ts";

export type TryDeps = Pick<
  Deps,
  | "approvals"
  | "auditLog"
  | "bus"
  | "callerNames"
  | "clock"
  | "consoleUrl"
  | "deliveries"
  | "log"
  | "notices"
  | "wallClock"
  | "webhookSecrets"
  | "webhooks"
>;

/** An address has so long to answer: within what the Standard Webhooks specification advises. */
const ANSWERED_WITHIN_MS = 15_000;

/** A try whose outcome nobody lived to write is begun again after so long. */
const BEGUN_AGAIN_SECONDS = 60;

const TURNS = 20;

/**
 * Tries a delivery that is due: that it is begun is on record before a byte is sent, its outcome after. One that is cut
 * off between the two is begun again, so that an address may be told twice, under the same id, and never not at all.
 * A failing address is asked by one alone, who puts that on record first: no event, process or restart asks it beside.
 * @returns whether it was delivered; undefined where it was not due, its address is left alone, or somebody else has begun it
 */
export const tryDelivery = async (
  deps: TryDeps,
  { webhook_id, delivery_id }: Pick<Delivery, "webhook_id" | "delivery_id">,
): Promise<boolean | undefined> => {
  const [found, address] = await Promise.all([
    deps.deliveries.get(webhook_id, delivery_id),
    deps.webhooks.get(webhook_id),
  ]);
  const now = deps.clock.now();
  if (address?.status !== "active" || isLeftAlone(address, now)) return undefined;
  if (found === undefined || !isDue(found, now)) return undefined;
  const asking = webhookBeforeTry(address, now);
  if (asking !== address && (await deps.webhooks.update(asking)) === "moved") return undefined;
  const next_at = new Date(now.getTime() + BEGUN_AGAIN_SECONDS * 1_000).toISOString();
  const begun = await deps.deliveries.update({ ...found, attempts: found.attempts + 1, next_at });
  if (begun === "moved") return undefined;
  const { tried, delivery } = await send(deps, address, begun, now);
  // Moved: it is wanted again meanwhile, by a person or a change of its request. That counts for more than this outcome.
  await deps.deliveries.update(afterTry(delivery, tried));
  await noteAtAddress(deps, asking, tried);
  return isDelivered(tried);
};

const isDue = (delivery: Delivery, now: Date): boolean => {
  const { status, next_at } = delivery;
  if (status !== "waiting" || next_at === null) return false;
  return isDueAt(now, { next_at, put_off_after: putOffAfter(delivery, next_at) });
};

type Sent = { readonly tried: Tried; readonly delivery: Delivery };

const send = async (deps: TryDeps, address: Webhook, begun: Delivery, now: Date): Promise<Sent> => {
  const { answer, delivery } = await tell(deps, address, begun);
  return { delivery, tried: triedAs(deps, answer, now) };
};

const triedAs = (deps: TryDeps, answer: NoticeAnswer, now: Date): Tried => {
  const duration_ms = Math.max(0, deps.clock.now().getTime() - now.getTime());
  const at = now.toISOString();
  if (answer.kind === "failed") return { at, status: null, error: answer.error, duration_ms };
  const { status, again_in_seconds } = answer;
  return { at, status, error: null, duration_ms, ...(again_in_seconds === undefined ? {} : { again_in_seconds }) };
};

/** There is nothing left to say: nobody has to decide any more. */
const NOTHING_TO_SAY = { kind: "answered", status: 204 } as const;

const tell = async (deps: TryDeps, { webhook_id, kind, slack_channel }: Webhook, delivery: Delivery): Promise<Kept> => {
  const secret = await deps.webhookSecrets.get(webhook_id);
  if (secret === undefined) {
    return { answer: { kind: "failed", error: "its secret is gone: remove the address, and add it again" }, delivery };
  }
  const sent = async (notice: Notice) => ({ answer: await deps.notices.send(notice, ANSWERED_WITHIN_MS), delivery });
  if (kind === "webhook") return sent(signedNotice(deps, secret, delivery));
  const message = () => messageFor(deps, kind, secret, delivery);
  const { url, slack_bot_token } = secret;
  if (slack_channel !== undefined && slack_bot_token !== undefined) {
    return keepMessage(deps, { app: { url, slack_bot_token }, channel: slack_channel, delivery, message });
  }
  const found = await message();
  if (found?.isOpen !== true) return { answer: NOTHING_TO_SAY, delivery };
  const whole = await sent(messageNotice(secret, found.shown));
  // Tried as it is for a day, it would have the address disabled for everybody's requests.
  return found.short !== undefined && isRefusedAsItIs(whole.answer) ? sent(messageNotice(secret, found.short)) : whole;
};

const isRefusedAsItIs = (answer: NoticeAnswer): boolean =>
  answer.kind === "answered" && REFUSED_AS_IT_IS.includes(answer.status);

/** How the address stands after a try; one that is disabled by it is on record as that first, and people are told. */
const noteAtAddress = async (deps: TryDeps, found: Webhook, tried: Tried): Promise<void> => {
  const { webhook_id } = found;
  const changed = await compareAndSet(`webhook ${webhook_id}`, TURNS, async () => {
    const address = await deps.webhooks.get(webhook_id);
    if (address === undefined) return undefined;
    const after = webhookAfterTry(address, tried, found);
    if (after === address) return undefined;
    const { disabled_because: because } = after;
    if (after.status !== "disabled" || because === null) return deps.webhooks.update(after);
    const told = { webhook_id, because };
    await record(deps, "webhook_disabled", told);
    const disabled = await deps.webhooks.update(after);
    if (disabled === "moved") await record(deps, "came_to_nothing", { act: "webhook_disabled", ...told });
    return disabled;
  });
  if (changed?.status === "disabled" && changed.disabled_because !== null) {
    await tellDisabled(deps, changed, changed.disabled_because);
  }
};

const record = async (deps: TryDeps, type: string, body: JsonObject): Promise<void> => {
  const at = deps.clock.now().toISOString();
  await deps.auditLog.append(OPERATORS, OPERATORS, { type, at, actor: BUDDY, body });
};

/** In the log, and on the bus for every other address. */
const tellDisabled = async (deps: TryDeps, { webhook_id, version }: Webhook, because: string): Promise<void> => {
  deps.log.error("a webhook was disabled", { webhook_id, because });
  const detail = { id: `${webhook_id}/disabled/${version}`, webhook_id, because };
  await deps.bus.publish([{ type: "WebhookDisabled", detail }]);
};
