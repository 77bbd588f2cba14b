import { z } from "zod";
import type { JsonObject } from "../../shared/plan/json.ts";
import { compareAndSet } from "../../shared/ports/contention.ts";
import type { NoticeAnswer } from "../../shared/ports/webhooks.ts";
import type { Delivery } from "../../shared/webhooks/delivery.ts";
import type { Deps } from "../deps.ts";
import type { Message } from "./message-for.ts";
import { type Called, calledFrom, methodNotice, type SlackApp } from "./slack-method.ts";

export type KeepDeps = Pick<Deps, "deliveries" | "log" | "notices">;

type Posted = NonNullable<Delivery["posted"]>;

export type Keeping = {
  readonly app: SlackApp;
  readonly channel: string;
  readonly delivery: Delivery;
  /** The message as it would be now. */
  readonly message: () => Promise<Message | undefined>;
};

/** The delivery as it is stored then: its outcome is written to that, or not at all where somebody changed it meanwhile. */
export type Kept = { readonly answer: NoticeAnswer; readonly delivery: Delivery };

const DONE = { kind: "answered", status: 200 } as const;
const NOTHING_TO_SAY = { kind: "answered", status: 204 } as const;

/**
 * Shows people a message that stays true: posted once, and changed to what it would be now whenever its delivery is tried
 * again. Its name in Slack is on record before its outcome, and it is looked at once more after: what closed meanwhile
 * has found a delivery to wake, or a message that is seen to here.
 */
export const keepMessage = async (deps: KeepDeps, keeping: Keeping): Promise<Kept> => {
  const { delivery } = keeping;
  const wanted = await keeping.message();
  if (wanted === undefined) return { answer: NOTHING_TO_SAY, delivery };
  const before = delivery.posted ?? (await postedBefore(deps, keeping));
  if (before !== undefined && "answer" in before) return { answer: before.answer, delivery };
  if (before !== undefined) {
    const kept = await keptAs(deps, delivery, before);
    const { called: changed } = await fitting(wanted, (shown) => change(deps, keeping, before, shown));
    if (!isGone(changed)) return { answer: answerOf(deps, changed, delivery), delivery: kept };
    if (!wanted.isOpen) return { answer: NOTHING_TO_SAY, delivery: kept };
    return post(deps, { ...keeping, delivery: kept }, wanted);
  }
  return wanted.isOpen ? post(deps, keeping, wanted) : { answer: NOTHING_TO_SAY, delivery };
};

/** Slack's words for a message that it does not take as it is. */
const UNFIT: readonly (string | null)[] = ["invalid_blocks", "msg_blocks_too_long", "msg_too_long"];

/** Says a message whole, or in short where Slack does not take it so. */
const fitting = async (
  { shown, short }: Message,
  say: (shown: JsonObject) => Promise<Called>,
): Promise<{ readonly called: Called; readonly said: JsonObject }> => {
  const called = await say(shown);
  if (called.ok || short === undefined || !UNFIT.includes(called.error)) return { called, said: shown };
  return { called: await say(short), said: short };
};

const post = async (deps: KeepDeps, keeping: Keeping, wanted: Message): Promise<Kept> => {
  const { channel, delivery } = keeping;
  const metadata = { event_type: MARK, event_payload: { delivery_id: delivery.delivery_id } };
  const { called: sent, said } = await fitting(wanted, (shown) =>
    call(deps, keeping, "chat.postMessage", { channel, ...shown, metadata }),
  );
  if (!sent.ok) return { answer: sent.answer, delivery };
  const named = postAnswer.safeParse(sent.value);
  if (!named.success) return { answer: DONE, delivery };
  const posted = { channel: named.data.channel, ts: named.data.ts };
  const kept = await keptAs(deps, delivery, posted);
  const now = await keeping.message();
  const isSaid = (shown: JsonObject | undefined): boolean => JSON.stringify(shown) === JSON.stringify(said);
  if (now === undefined || isSaid(now.shown) || isSaid(now.short)) return { answer: DONE, delivery: kept };
  const { called: changed } = await fitting(now, (shown) => change(deps, keeping, posted, shown));
  return { answer: answerOf(deps, changed, delivery), delivery: kept };
};

const postAnswer = z.looseObject({ channel: z.string(), ts: z.string() });

/** By this a message is recognised whose name nobody lived to write. */
const MARK = "buddy_delivery";
const LOOKED_THROUGH = 200;
/** A message is at most so much older, by Slack's clock, than its delivery. */
const SKEW_SECONDS = 60;

const history = z.looseObject({
  messages: z.array(
    z.looseObject({
      ts: z.string(),
      metadata: z
        .looseObject({ event_type: z.string(), event_payload: z.looseObject({ delivery_id: z.string().optional() }) })
        .optional(),
    }),
  ),
});

/**
 * A try before this one may have posted it, and have had no answer. Found where the app may read the channel; where it
 * may not, the message is posted again, and a click on the first one says how it stands.
 */
const postedBefore = async (
  deps: KeepDeps,
  keeping: Keeping,
): Promise<Posted | { readonly answer: NoticeAnswer } | undefined> => {
  const { channel, delivery } = keeping;
  if (delivery.attempts < 2 && delivery.tries.length === 0) return undefined;
  const oldest = Date.parse(delivery.created_at) / 1_000 - SKEW_SECONDS;
  const asked = { channel, oldest, limit: LOOKED_THROUGH, include_all_metadata: true };
  const found = await call(deps, keeping, "conversations.history", asked);
  if (!found.ok) return found.error === null || found.error === "ratelimited" ? found : undefined;
  const read = history.safeParse(found.value);
  const mine = read.data?.messages.find(
    ({ metadata }) => metadata?.event_type === MARK && metadata.event_payload.delivery_id === delivery.delivery_id,
  );
  return mine && { channel, ts: mine.ts };
};

const change = (deps: KeepDeps, app: Keeping, posted: Posted, shown: JsonObject): Promise<Called> =>
  call(deps, app, "chat.update", { ...posted, ...shown });

const isGone = (called: Called): boolean => !called.ok && called.error === "message_not_found";

/** Slack lets nobody change it any more: tried again it is refused again, and the address takes others all the same. */
const FINAL: readonly (string | null)[] = ["message_not_found", "cant_update_message", "edit_window_closed"];

const answerOf = ({ log }: Pick<Deps, "log">, changed: Called, { delivery_id }: Delivery): NoticeAnswer => {
  if (changed.ok) return DONE;
  if (!FINAL.includes(changed.error)) return changed.answer;
  log.warn("a message of Slack stays as it was", { delivery_id, because: changed.error });
  return DONE;
};

/** Of the time that an address has in all, since one try may make three requests of Slack. */
const ANSWERED_WITHIN_MS = 5_000;

const call = async (
  deps: KeepDeps,
  { app }: Pick<Keeping, "app">,
  method: string,
  given: JsonObject,
): Promise<Called> => calledFrom(await deps.notices.send(methodNotice(app, method, given), ANSWERED_WITHIN_MS), method);

const TURNS = 20;

/**
 * The name of the message on record, whoever writes to its delivery at the same time.
 * @returns the delivery to write an outcome to: where somebody else wrote, the one before, to which nothing is written
 */
const keptAs = async ({ deliveries }: KeepDeps, delivery: Delivery, posted: Posted): Promise<Delivery> => {
  if (delivery.posted?.ts === posted.ts) return delivery;
  const stored = await deliveries.update({ ...delivery, posted });
  if (stored !== "moved") return stored;
  await compareAndSet(`delivery ${delivery.delivery_id}`, TURNS, async () => {
    const found = await deliveries.get(delivery.webhook_id, delivery.delivery_id);
    return found && deliveries.update({ ...found, posted });
  });
  return delivery;
};
