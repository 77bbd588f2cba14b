import { z } from "zod";
import { APPROVE, REJECT } from "../../webhooks/slack-message.ts";

/** A click on a button of a message, as far as it matters here. */
const interaction = z.looseObject({
  type: z.literal("block_actions"),
  user: z.looseObject({ id: z.string().max(64) }),
  response_url: z.string().max(2_048),
  actions: z.array(z.looseObject({ action_id: z.string(), value: z.string().max(2_000).optional() })).min(1),
});

const clicked = z.strictObject({ approval_id: z.string(), digest: z.string() });

export type Click = {
  readonly slack_user: string;
  readonly response_url: string;
  readonly decision: "approve" | "reject";
  readonly approval_id: string;
  readonly digest: string;
};

const DECISIONS: Readonly<Record<string, Click["decision"]>> = { [APPROVE]: "approve", [REJECT]: "reject" };

const parsedJson = (text: string | null | undefined): unknown => {
  try {
    return JSON.parse(text ?? "");
  } catch {
    // No JSON is no click.
    return undefined;
  }
};

/** The click that a form tells of; undefined where it tells of none that decides. */
export const clickIn = (form: string): Click | undefined => {
  const parsed = interaction.safeParse(parsedJson(new URLSearchParams(form).get("payload")));
  if (!parsed.success) return undefined;
  const { user, response_url, actions } = parsed.data;
  const action = actions.find(({ action_id }) => Object.hasOwn(DECISIONS, action_id));
  const decision = action && DECISIONS[action.action_id];
  const asked = clicked.safeParse(parsedJson(action?.value));
  if (decision === undefined || !asked.success) return undefined;
  return { slack_user: user.id, response_url, decision, ...asked.data };
};
