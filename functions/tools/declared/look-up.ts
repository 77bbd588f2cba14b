import type { Condition, Declared } from "../../../shared/contracts/binding/declared.ts";
import type { Sources } from "../../../shared/contracts/binding/reference.ts";
import type { LookUp } from "../../../shared/execution/call-outcome.ts";
import type { Inexact } from "../../../shared/plan/inexact-places.ts";
import { isJsonObject, type Json } from "../../../shared/plan/json.ts";
import { tokensOf, valueAt, valueAtTokens } from "../../../shared/plan/json-pointer.ts";
import { type ActingLive, pushBackOf, sourcesOf } from "./means.ts";
import { holds, isGone, wantsNothing } from "./standing.ts";
import { undoFromOutput } from "./undo-data.ts";

type Asking = NonNullable<Declared<unknown>["look_up"]>;

/** The conclusions from an answer, and from one that says that what was asked for is not there. */
export type Judge = {
  readonly answered: (body: Json, sources: Sources, said: Inexact) => LookUp;
  readonly absent: (sources: Sources, why: string) => LookUp;
};

/** Whether a call happened, as the other side says when it is asked. */
export const lookUp = async <Request>(
  acting: ActingLive<Request>,
  side: "forward" | "compensation",
): Promise<LookUp> => {
  const { means, call } = acting;
  const { look_up } = means.binding;
  const { tool_name } = call.contract;
  if (side === "compensation")
    return { kind: "unknown", why: `${tool_name} offers no way to ask whether it was undone` };
  if (look_up === undefined)
    return { kind: "unknown", why: `${tool_name} offers no way to ask whether a call happened` };
  return lookedUp(acting, look_up.request, {
    answered: (body, sources, { inexact }) => {
      if (!happened(look_up, body, sources)) return otherwise(look_up, body, sources);
      const at = look_up.output ?? "";
      const undoing = undoFromOutput(means, { body, at, ...(inexact === undefined ? {} : { inexact }) });
      return { kind: "happened", output: valueAt(body, at) ?? null, ...undoing };
    },
    // Where the call was to leave nothing, nothing is there of one that was made, and of one whose record somebody removed.
    absent: (sources, why) =>
      wantsNothing(look_up.happened_when, sources) ? { kind: "unknown", why } : { kind: "did_not_happen" },
  });
};

/** Asks with one request, and has it judged what the answer says of the call. */
export const lookedUp = async <Request>(
  { means, call }: ActingLive<Request>,
  request: Request,
  judge: Judge,
): Promise<LookUp> => {
  const sources = sourcesOf(call, { $key: call.idempotency_key });
  const reply = await means.write(request, sources);
  if (reply.kind === "done" && reply.left_out === undefined) return judge.answered(reply.body, sources, reply);
  const why = `asked whether it happened: ${reply.kind === "done" ? reply.left_out : reply.error}`;
  if (reply.kind === "done") return { kind: "unknown", why };
  return isGone(reply) ? judge.absent(sources, why) : { kind: "unknown", why, ...pushBackOf(reply) };
};

const happened = ({ happened_when: asked }: Asking, body: Json, sources: Sources): boolean =>
  holds(asked, body, sources) && (!wantsNothing(asked, sources) || tellsOf(body, asked.path));

/**
 * Without `did_not_happen_when`, only an answer in which the value would stand shows that it did not happen: a page that
 * says that the service is being mended lacks it too.
 */
const otherwise = ({ happened_when, did_not_happen_when: not }: Asking, body: Json, sources: Sources): LookUp => {
  const shown = not === undefined ? tellsOf(body, happened_when.path) : isShown(not, body, sources);
  if (shown) return { kind: "did_not_happen" };
  const why =
    not === undefined
      ? `the answer has nothing at ${happened_when.path}`
      : "the answer shows neither that it did nor that it did not";
  return { kind: "unknown", why: `asked whether it happened: ${why}` };
};

/** A text or a number lacks whatever is looked for in it: only what can hold a value shows that it has none. */
const isShown = (asked: Condition, body: Json, sources: Sources): boolean =>
  holds(asked, body, sources) && (asked.path === "" || Array.isArray(body) || isJsonObject(body));

/**
 * Whether an answer tells of the value at `pointer`: it stands there, or the record or list in which it would stand is
 * there without it. The answer as a whole is no such record: anything may come in its place.
 */
const tellsOf = (body: Json, pointer: string): boolean => {
  if (valueAt(body, pointer) !== undefined) return true;
  const tokens = tokensOf(pointer);
  return tokens.some((token, depth) => {
    const holder = valueAtTokens(body, tokens.slice(0, depth));
    if (holder === undefined) return false;
    if (Array.isArray(holder)) return valueAtTokens(holder, [token]) === undefined;
    return depth > 0 && depth === tokens.length - 1 && isJsonObject(holder);
  });
};
