import type { CallOutcome, LeftOut } from "../../../shared/execution/call-outcome.ts";
import { thrownText } from "../../../shared/plan/cut-text.ts";
import type { Inexact } from "../../../shared/plan/inexact-places.ts";
import type { Json, JsonObject } from "../../../shared/plan/json.ts";
import { valueAt } from "../../../shared/plan/json-pointer.ts";
import { MASK } from "../../../shared/plan/mask.ts";
import { accept, type Result, refuse } from "../../../shared/plan/result.ts";
import { ToolFailure } from "../../../shared/ports/tools.ts";
import { recordOf } from "./changes.ts";
import { inexactInWords, sentOtherwise } from "./inexact.ts";
import { type ActingLive, isUnmakeable, pushBackOf, type Reply, readWhole, sourcesOf, Unmakeable } from "./means.ts";
import { type Standing, standingOf } from "./standing.ts";
import { type UndoData, undoData, undoFromOutput, undoSources } from "./undo-data.ts";

/** The one request of a tool that reads, made again as its preview made it. @throws ToolFailure */
export const read = async <Request>(acting: ActingLive<Request>): Promise<CallOutcome> => {
  const { call } = acting.means.binding;
  const { body, ...said } = await readWhole(acting, call, sourcesOf(acting.call), "it cannot be read");
  return { kind: "committed", output: valueAt(body, call.output ?? "") ?? null, undo: null, ...leftOutOf(said) };
};

/** The one request of a tool that writes. */
export const write = async <Request>(acting: ActingLive<Request>): Promise<CallOutcome> => {
  const { means, call } = acting;
  const sent = sentBy(await means.write(means.binding.call, sourcesOf(call, { $key: call.idempotency_key })));
  if (sent.kind !== "committed") return sent;
  const canBeUndone = call.contract.compensation === "adapter";
  const at = means.binding.call.output ?? "";
  const undoing = canBeUndone ? undoFromOutput(means, { ...sent, at }) : { undo: null };
  return { kind: "committed", output: valueAt(sent.body, at) ?? null, ...undoing, ...leftOutOf(sent) };
};

const leftOutOf = ({ left_out }: LeftOut): LeftOut => (left_out === undefined ? {} : { left_out });

type Sent =
  | ({ readonly kind: "committed"; readonly body: Json } & LeftOut & Inexact)
  | Exclude<CallOutcome, { kind: "committed" }>;

const sentBy = (reply: Reply): Sent => {
  switch (reply.kind) {
    case "done":
      return { ...reply, kind: "committed" };
    case "unsent":
      return {
        ...{ kind: "rejected", error: reply.error, unsent: true },
        ...(reply.quarantined === true ? { quarantined: true } : {}),
        ...pushBackOf(reply),
      };
    case "without_effect":
      return {
        ...{ kind: "rejected", error: reply.error },
        ...(reply.not_looked_at === true ? { not_looked_at: true } : {}),
        ...pushBackOf(reply),
      };
    case "unknown":
      return {
        ...{ kind: "indeterminate", error: reply.error },
        ...(reply.answered === true ? { answered: true } : {}),
        ...pushBackOf(reply),
      };
  }
};

/** Puts back what the call did where that still stands; refuses as a whole where anything of it is somebody else's. */
export const compensate = async <Request>(acting: ActingLive<Request>, undo: JsonObject): Promise<CallOutcome> => {
  const { means, call } = acting;
  const { binding } = means;
  if (binding.undo === undefined || call.contract.compensation !== "adapter") {
    return { kind: "rejected", error: `${call.contract.tool_name} cannot be undone: its contract names no undo` };
  }
  const parsed = undoData.safeParse(undo);
  if (!parsed.success) return { kind: "rejected", error: "nothing was stored that would tell how to undo it" };
  const { output, inexact: told = [] } = parsed.data;
  const lost = sentOtherwise(means, "$output", { inexact: told }, (pointer) => output?.[pointer]);
  if (lost.length > 0)
    return { kind: "rejected", error: `not undone: ${inexactInWords(lost, "what the call answered")}` };
  const standing = await standingNow(acting, parsed.data);
  if (!standing.ok) return standing.refusal;
  const { ours, foreign, found_by, old, inexact } = standing.value;
  if (foreign.length > 0) {
    const words = foreign.map(({ record, field, old }) => `${field} of ${record} is ${JSON.stringify(old)}`).join("; ");
    return { kind: "rejected", error: `not undone, because ${FOREIGN[found_by]}: ${words}` };
  }
  if (ours.length === 0) return { kind: "committed", output: { undone: [] }, undo: null };
  if (JSON.stringify(old).includes(MASK)) {
    const why = "not undone: what it would write back holds the text of a secret, which is not kept";
    return { kind: "rejected", error: why, unsent: true };
  }
  if (inexact.length > 0) {
    return { kind: "rejected", error: `not undone: ${inexactInWords(inexact, recordOf(acting))}` };
  }
  const sources = undoSources(call, { ...parsed.data, old }, call.idempotency_key);
  const reply = await means.write(binding.undo, sources);
  if (isUnmakeable(reply)) return { kind: "rejected", error: `not undone: ${reply.error}` };
  const sent = sentBy(reply);
  return sent.kind === "committed" ? { kind: "committed", output: { undone: [...ours] }, undo: null } : sent;
};

/**
 * Nobody knows by a value who wrote it: a service may keep what the call wrote in a form of its own, and an earlier undo,
 * whose answer never came, may have left what is looked at as a whole.
 */
const FOREIGN: Record<Standing["found_by"], string> = {
  changes: "somebody else has written since, or the service keeps otherwise what the call wrote",
  only_when: "it is not as the call left it",
};

/** How what is to be undone stands; where that cannot be told, for whatever reason, nothing was sent. */
const standingNow = async <Request>(
  acting: ActingLive<Request>,
  undo: UndoData,
): Promise<Result<Standing, CallOutcome>> => {
  try {
    return accept(await standingOf(acting, undo));
  } catch (error) {
    const refused = { kind: "rejected", error: `not undone: ${thrownText(error)}` } as const;
    if (error instanceof Unmakeable) return refuse(refused);
    return refuse({ ...refused, unsent: true, ...(error instanceof ToolFailure ? pushBackOf(error) : {}) });
  }
};
