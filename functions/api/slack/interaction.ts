import { z } from "zod";
import { APPROVE, REJECT } from "../../webhooks/slack-message.ts";
import { parsedJson } from "../../webhooks/slack-method.ts";
import { MAX_REASON, REASON } from "./reason-dialog.ts";

const user = z.looseObject({ id: z.string().max(64) });
const responseUrl = z.string().max(2_048);

/** A click on a button of a message, as far as it matters here. */
const interaction = z.looseObject({
  type: z.literal("block_actions"),
  user,
  response_url: responseUrl,
  trigger_id: z.string().max(256).optional(),
  actions: z.array(z.looseObject({ action_id: z.string(), value: z.string().max(2_000).optional() })).min(1),
});

/** Messages of releases before do not say how many other requests about the same call they showed as open. */
const clicked = z.strictObject({
  approval_id: z.string(),
  digest: z.string(),
  open_elsewhere: z.number().int().nonnegative().optional(),
});

/** A dialog that was sent in: what it was opened about, and what its field holds. */
const submitted = z.looseObject({
  type: z.literal("view_submission"),
  user,
  view: z.looseObject({
    callback_id: z.literal(REASON),
    private_metadata: z.string().max(3_000),
    state: z.looseObject({ values: z.record(z.string(), z.record(z.string(), z.looseObject({ value: z.unknown() }))) }),
  }),
});

const dialogAbout = clicked.extend({ response_url: responseUrl });

export type Click = {
  readonly slack_user: string;
  readonly response_url: string;
  readonly decision: "approve" | "reject";
  readonly approval_id: string;
  readonly digest: string;
  /** Of the other requests about the same call that the message showed, those that were open. */
  readonly open_elsewhere?: number | undefined;
  /** Opens one dialog within three seconds. */
  readonly trigger_id?: string | undefined;
  /** The person's own words; a click alone has none. */
  readonly comment?: string | undefined;
};

const DECISIONS: Readonly<Record<string, Click["decision"]>> = { [APPROVE]: "approve", [REJECT]: "reject" };

/** A dialog that was sent in without a word in it. */
export const UNREASONED = "unreasoned";

/** The click that a form tells of; undefined where it tells of none that decides. */
export const clickIn = (form: string): Click | typeof UNREASONED | undefined => {
  const payload = parsedJson(new URLSearchParams(form).get("payload"));
  const parsed = interaction.safeParse(payload);
  if (!parsed.success) return rejectionIn(payload);
  const { user, response_url, actions, trigger_id } = parsed.data;
  const action = actions.find(({ action_id }) => Object.hasOwn(DECISIONS, action_id));
  const decision = action && DECISIONS[action.action_id];
  const asked = clicked.safeParse(parsedJson(action?.value));
  if (decision === undefined || !asked.success) return undefined;
  return { slack_user: user.id, response_url, decision, trigger_id, ...asked.data };
};

/** The rejection that a dialog tells of, with the reason that was written into it. */
const rejectionIn = (payload: unknown): Click | typeof UNREASONED | undefined => {
  const parsed = submitted.safeParse(payload);
  if (!parsed.success) return undefined;
  const { user, view } = parsed.data;
  const about = dialogAbout.safeParse(parsedJson(view.private_metadata));
  const reason = z.string().trim().min(1).max(MAX_REASON).safeParse(view.state.values[REASON]?.[REASON]?.value);
  if (!about.success) return undefined;
  if (!reason.success) return UNREASONED;
  return { slack_user: user.id, decision: "reject", comment: reason.data, ...about.data };
};
