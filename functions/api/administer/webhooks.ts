import { accept, type Result, refuse } from "../../../shared/plan/result.ts";
import { compareAndSet } from "../../../shared/ports/contention.ts";
import { type Delivery, newDelivery, onceMore } from "../../../shared/webhooks/delivery.ts";
import { signingSecretOf, stillHolding } from "../../../shared/webhooks/signature.ts";
import { MESSAGE_EVENTS, shownAddress, TEST_EVENT, type Webhook } from "../../../shared/webhooks/webhook.ts";
import type { Deps } from "../../deps.ts";
import { methodUrl } from "../../webhooks/slack-method.ts";
import { recordLost, recordOperator } from "../act/record-operator.ts";
import { notFoundNear } from "../http/near-name.ts";
import { conflicting, notFound, oneViolation } from "../http/problems.ts";
import type { Problem, WebhookBody } from "../schemas.ts";
import { addressFault } from "./webhook-address.ts";

export type WebhookDeps = Pick<
  Deps,
  "webhooks" | "webhookSecrets" | "deliveries" | "courier" | "auditLog" | "clock" | "ids" | "policy"
>;

/** Each is asked for every event: a few people's systems, not everybody's. */
export const MOST_WEBHOOKS = 50;

/** After a change of its secret a receiver has so long to take the new one. */
const BOTH_HOURS = 24;

const TURNS = 20;

const secretFrom = ({ ids }: Pick<Deps, "ids">): string => signingSecretOf(Buffer.from(ids.secret(), "base64url"));

type Created = { readonly webhook: Webhook; readonly secret: string };

/** Registers an address. Its secrets are kept first: an address without one would be told nothing. */
export const addWebhook =
  (deps: WebhookDeps) =>
  async (body: WebhookBody, caller: string): Promise<Result<Created, Problem>> => {
    const { url, kind, description, event_types, told_for, slack_signing_secret, slack_bot_token, slack_channel } =
      body;
    const fault =
      addressFault("/url", url, deps.policy.allowed_hosts) ??
      kindFault(body) ??
      (slack_channel === null
        ? undefined
        : addressFault("/slack_channel", methodUrl(url, "chat.postMessage"), deps.policy.allowed_hosts));
    if (fault !== undefined) return refuse(fault);
    if ((await deps.webhooks.all()).length >= MOST_WEBHOOKS) {
      return refuse(conflicting(`there are ${MOST_WEBHOOKS} addresses already: remove one first`));
    }
    const { origin } = new URL(url);
    const at = deps.clock.now().toISOString();
    const webhook: Webhook = {
      webhook_id: deps.ids.next(),
      kind,
      address: kind === "webhook" ? shownAddress(url) : origin,
      description,
      event_types: event_types ?? (kind === "webhook" ? null : [...MESSAGE_EVENTS]),
      ...(told_for === null ? {} : { told_for }),
      ...(slack_channel === null ? {} : { slack_channel }),
      created_by: caller,
      created_at: at,
      status: "active",
      disabled_because: null,
      disabled_at: null,
      failing_since: null,
      version: 1,
    };
    const secret = secretFrom(deps);
    const { webhook_id, address } = webhook;
    await recordOperator(deps, caller, at, "webhook_added", { webhook_id, kind, address, event_types, told_for });
    const app = { slack_signing_secret, ...(slack_bot_token === null ? {} : { slack_bot_token }) };
    await deps.webhookSecrets.put(webhook_id, { signing: secret, previous: null, url, ...app });
    await deps.webhooks.add(webhook);
    return accept({ webhook, secret });
  };

const kindFault = (body: WebhookBody): Problem | undefined => {
  const { kind, event_types, slack_signing_secret, slack_bot_token, slack_channel } = body;
  if (kind !== "slack" && slack_signing_secret !== null) {
    return oneViolation({ path: "/slack_signing_secret", rule: "kind", message: "is for slack only" });
  }
  if (slack_bot_token !== null && slack_signing_secret === null) {
    const message = "is for slack only, together with slack_signing_secret: a dialog's answer is believed by it";
    return oneViolation({ path: "/slack_bot_token", rule: "kind", message });
  }
  if (slack_channel !== null && slack_bot_token === null) {
    const message = "is for slack only, together with slack_bot_token: the app writes there";
    return oneViolation({ path: "/slack_channel", rule: "kind", message });
  }
  const forPeople: readonly string[] = MESSAGE_EVENTS;
  const at = kind === "webhook" ? -1 : (event_types?.findIndex((each) => !forPeople.includes(each)) ?? -1);
  const message = `is no message to people; ${kind} shows ${forPeople.join(" and ")}`;
  return at === -1 ? undefined : oneViolation({ path: `/event_types/${at}`, rule: "kind", message });
};

const noSuchWebhook = ({ webhooks }: Pick<WebhookDeps, "webhooks">, webhook_id: string): Promise<Problem> =>
  notFoundNear("webhook", webhook_id, async () => (await webhooks.all()).map((each) => each.webhook_id));

/** Removes an address: nothing more is sent to it, what waits included. */
export const removeWebhook =
  (deps: WebhookDeps) =>
  async (webhook_id: string, caller: string): Promise<Result<{ readonly removed: string }, Problem>> => {
    const known = await deps.webhooks.get(webhook_id);
    if (known === undefined) return refuse(await noSuchWebhook(deps, webhook_id));
    const { kind, address } = known;
    await recordOperator(deps, caller, nowOf(deps), "webhook_removed", { webhook_id, kind, address });
    await deps.webhooks.remove(webhook_id);
    await deps.webhookSecrets.remove(webhook_id);
    return accept({ removed: webhook_id });
  };

/** More would make a header that receivers refuse for its length. */
const MOST_REPLACED = 3;

/** A new secret; those before sign as well for a day each. */
export const rotateSecret =
  (deps: WebhookDeps) =>
  (webhook_id: string, caller: string): Promise<Result<Created & { previous_until: string }, Problem>> =>
    compareAndSet(`the secret of webhook ${webhook_id}`, TURNS, async () => {
      const webhook = await deps.webhooks.get(webhook_id);
      const kept = await deps.webhookSecrets.get(webhook_id);
      if (webhook === undefined || kept === undefined) return refuse(await noSuchWebhook(deps, webhook_id));
      const holding = stillHolding(kept, nowOf(deps));
      if (holding.length >= MOST_REPLACED) {
        const soonest = holding.at(-1)?.until;
        return refuse(conflicting(`${MOST_REPLACED} secrets that were replaced sign as well: rotate after ${soonest}`));
      }
      const until = new Date(deps.clock.now().getTime() + BOTH_HOURS * 3_600_000).toISOString();
      const secret = secretFrom(deps);
      const at = nowOf(deps);
      await recordOperator(deps, caller, at, "webhook_rotated", { webhook_id });
      const replaced = { previous: { signing: kept.signing, until }, earlier: holding };
      const changed = { ...kept, signing: secret, ...replaced };
      if ((await deps.webhookSecrets.replace(webhook_id, changed, kept)) === "moved") {
        await recordLost(deps, caller, at, "webhook_rotated", { webhook_id });
        return "moved";
      }
      return accept({ webhook, secret, previous_until: until });
    });

/** Takes up what was disabled; what waited until then is sent. */
export const enableWebhook =
  (deps: WebhookDeps) =>
  (webhook_id: string, caller: string): Promise<Result<Webhook, Problem>> =>
    compareAndSet(`webhook ${webhook_id}`, TURNS, async () => {
      const known = await deps.webhooks.get(webhook_id);
      if (known === undefined) return refuse(await noSuchWebhook(deps, webhook_id));
      if (known.status === "active") return accept(known);
      const fresh = { status: "active", disabled_because: null, disabled_at: null, failing_since: null } as const;
      const at = nowOf(deps);
      await recordOperator(deps, caller, at, "webhook_enabled", { webhook_id });
      const enabled = await deps.webhooks.update({ ...known, ...fresh });
      if (enabled === "moved") {
        await recordLost(deps, caller, at, "webhook_enabled", { webhook_id });
        return enabled;
      }
      deps.courier.waits(webhook_id);
      return accept(enabled);
    });

/** A person who asks for a try knows more than the failure before: the address is left alone no longer. */
const askAtOnce = async (deps: WebhookDeps, webhook_id: string): Promise<void> => {
  await compareAndSet(`webhook ${webhook_id}`, TURNS, async () => {
    const known = await deps.webhooks.get(webhook_id);
    if (known?.left_alone_until === undefined) return known;
    const { left_alone_until: _over, ...asked } = known;
    return deps.webhooks.update(asked);
  });
  deps.courier.waits(webhook_id);
};

/** Sends an event that means nothing, to see whether the address takes it. */
export const testWebhook =
  (deps: WebhookDeps) =>
  async (webhook_id: string, caller: string): Promise<Result<Delivery, Problem>> => {
    const known = await deps.webhooks.get(webhook_id);
    if (known === undefined) return refuse(await noSuchWebhook(deps, webhook_id));
    if (known.status !== "active") return refuse(conflicting(`webhook ${webhook_id} is disabled: enable it first`));
    const id = deps.ids.next();
    const event = { type: TEST_EVENT, id, data: { id, asked_by: caller } };
    const opened = await deps.deliveries.open(newDelivery(webhook_id, event, nowOf(deps)));
    await askAtOnce(deps, webhook_id);
    return accept(opened);
  };

/** Sends a delivery once more, whatever came of it; under the same id, so that a receiver recognises a repeat. */
export const resend =
  (deps: WebhookDeps) =>
  (webhook_id: string, delivery_id: string): Promise<Result<Delivery, Problem>> =>
    compareAndSet(`delivery ${delivery_id}`, TURNS, async () => {
      const [known, found] = await Promise.all([
        deps.webhooks.get(webhook_id),
        deps.deliveries.get(webhook_id, delivery_id),
      ]);
      if (known === undefined || found === undefined) return refuse(notFound(`delivery ${delivery_id}`));
      if (known.status !== "active") return refuse(conflicting(`webhook ${webhook_id} is disabled: enable it first`));
      const stored = await deps.deliveries.update(onceMore(found, nowOf(deps)));
      if (stored === "moved") return stored;
      await askAtOnce(deps, webhook_id);
      return accept(stored);
    });

const nowOf = ({ clock }: Pick<Deps, "clock">): string => clock.now().toISOString();
