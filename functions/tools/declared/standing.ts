import { isDeepStrictEqual } from "node:util";
import type { Condition, Declared } from "../../../shared/contracts/binding/declared.ts";
import type { Sources } from "../../../shared/contracts/binding/reference.ts";
import { fillTemplate } from "../../../shared/contracts/binding/template.ts";
import type { FieldChange } from "../../../shared/execution/approval/preview.ts";
import type { Inexact } from "../../../shared/plan/inexact-places.ts";
import { isJsonObject, type Json, type JsonObject } from "../../../shared/plan/json.ts";
import { isAtOrBelow, tokensOf, valueAt, valueAtTokens } from "../../../shared/plan/json-pointer.ts";
import { ToolFailure } from "../../../shared/ports/tools.ts";
import { sameValue } from "../world/stored-record.ts";
import { readTarget, recordOf } from "./changes.ts";
import { sentOtherwise } from "./inexact.ts";
import { type Acting, isUnmakeable, type Means, passingOf, pushBackOf, type Reply, Unmakeable } from "./means.ts";
import { putBack } from "./put-back.ts";
import { shows } from "./shown.ts";
import { placesOf, type UndoData, undoSources } from "./undo-data.ts";

/** Replies that say that something is not there. */
export const isGone = (reply: Reply): boolean => "absent" in reply && reply.absent === true;

/** Whether the value that an answer shows is the one that is asked about; absent counts as null. @throws ToolFailure */
export const holds = (asked: Condition, body: Json, sources: Sources): boolean =>
  sameValue(valueAt(body, asked.path), wantedBy(asked, sources));

/** Whether it is asked for nothing: null, which also stands for what is not there. @throws ToolFailure */
export const wantsNothing = (asked: Condition, sources: Sources): boolean => wantedBy(asked, sources) === null;

const wantedBy = ({ equals }: Condition, sources: Sources): Json => {
  const wanted = fillTemplate(equals, sources);
  if (!wanted.ok) throw new ToolFailure(`it cannot be told what to look for: ${wanted.refusal}`);
  return wanted.value ?? null;
};

/**
 * How what a call did stands now: what undoing would put back, what somebody else has written in its place, and the
 * values, by pointer, that the undo is to write.
 */
export type Standing = {
  readonly ours: readonly FieldChange[];
  readonly foreign: readonly FieldChange[];
  /** The part of the binding by which `foreign` was found: an undo may be looked at by both. */
  readonly found_by: "changes" | "only_when";
  readonly old: JsonObject;
  /** Places of the target that the undo would write otherwise than they stand. */
  readonly inexact: readonly string[];
};

/** Reads with the secrets of the family for reading. @throws ToolFailure where it cannot be told */
export const standingOf = async <Request>(acting: Acting<Request>, undo: UndoData): Promise<Standing> => {
  const condition = acting.means.binding.undo?.only_when;
  return condition === undefined
    ? standingFields(acting, undo, placesOf(undo.fields))
    : standingWhole(acting, undo, condition);
};

/** `watched`: places of the target that its answer must tell. */
const standingFields = async <Request>(
  acting: Acting<Request>,
  undo: UndoData,
  watched: readonly string[],
): Promise<Standing> => {
  const { fields } = undo;
  const { body: target, inexact = [] } = (await readTarget(acting)) ?? { body: null };
  const record = recordOf(acting);
  const missing = watched.find((at) => !tells(target, at, undo));
  if (missing !== undefined) {
    const named = fields.find(({ at }) => at === missing)?.field ?? missing;
    throw new ToolFailure(`how ${named} of ${record} stands cannot be told: the answer does not show it`);
  }
  const now = fields.map(({ field, at, ours, back_to }) => ({
    field,
    ours,
    back_to,
    value: valueAt(target, at) ?? null,
  }));
  const change = ({ field, value, back_to }: (typeof now)[number]) => ({ record, field, old: value, new: back_to });
  const left = now.filter(({ value, back_to }) => !sameValue(value, back_to));
  return {
    ours: left.filter(({ value, ours }) => sameValue(value, ours)).map(change),
    foreign: left.filter(({ value, ours }) => !sameValue(value, ours)).map(change),
    found_by: "changes",
    old: putBack(target, undo),
    inexact: sentOtherwise(acting.means, "$old", beside(inexact, undo), (pointer) => valueAt(target, pointer)),
  };
};

/** Places beside the fields that the call changed: those are put back as they stood before, whatever stands there now. */
const beside = (inexact: readonly string[], { fields }: UndoData): Inexact => ({
  inexact: inexact.filter((place) => !fields.some(({ at }) => isAtOrBelow(place, at))),
});

/**
 * Services leave empty fields out, and answer 200 with something else than the record. One that is left out is empty
 * only in an answer that shows another field of the record.
 */
const tells = (target: Json, at: string, { fields, old, beside = [] }: UndoData): boolean =>
  shows(target, at) || [...placesOf(fields, old), ...beside].some((place) => (valueAt(target, place) ?? null) !== null);

type OnlyWhen<Request> = { readonly request: Request; readonly still: Condition };

/** A record that is gone has nothing of the call's left that could be undone; one that is otherwise now is somebody else's. */
const standingWhole = async <Request>(
  acting: Acting<Request>,
  undo: UndoData,
  { request, still }: OnlyWhen<Request>,
): Promise<Standing> => {
  const sources = undoSources(acting.call, undo);
  const reply = await acting.means.read(request, sources);
  const nothing: Standing = { ours: [], foreign: [], found_by: "only_when", old: undo.old, inexact: [] };
  if (isGone(reply)) return nothing;
  if (isUnmakeable(reply)) throw new Unmakeable(`what it did cannot be looked at: ${reply.error}`);
  if (reply.kind !== "done") {
    throw new ToolFailure(`what it did cannot be looked at: ${reply.error}`, {
      ...pushBackOf(reply),
      ...passingOf(reply),
    });
  }
  const { body } = reply;
  const old = valueAt(body, still.path) ?? null;
  const change = {
    record: acting.means.record(request, sources) ?? recordOf(acting),
    field: still.path,
    old,
    new: null,
  };
  if (holds(still, body, sources)) return withFields(acting, undo, { ...nothing, ours: [change] });
  if (!shows(body, still.path)) {
    throw new ToolFailure(`what it did cannot be looked at: the answer shows nothing at ${still.path}`);
  }
  return isOver(acting.means.binding, body, still.path, undo) ? nothing : { ...nothing, foreign: [change] };
};

/**
 * Where the undo also puts old values back, by what `changes` says: others may have written beside what `only_when` looks
 * at, and that stays theirs, also of a call that changed none of its fields. @throws ToolFailure
 */
const withFields = async <Request>(acting: Acting<Request>, undo: UndoData, whole: Standing): Promise<Standing> => {
  const { means } = acting;
  if (means.binding.changes.length === 0 || Object.keys(undo.old).length === 0) return whole;
  const fieldsAreAll = onlyPutsBack(means);
  if (fieldsAreAll && undo.fields.length === 0) return { ...whole, ours: [] };
  const now = await standingFields(acting, undo, placesOf(undo.fields, undo.old));
  return fieldsAreAll ? now : { ...now, ours: [...whole.ours, ...now.ours] };
};

/**
 * Whether the undo does no more than put fields of `changes` back: `only_when` looks at one of these, which may stand as
 * the call wanted it because it did so before, and the undo takes nothing of what the call made.
 */
const onlyPutsBack = <Request>({ binding, referencesIn }: Means<Request>): boolean => {
  const { undo, changes } = binding;
  if (undo?.only_when === undefined) return false;
  const { path } = undo.only_when.still;
  const sources = referencesIn(undo).map(({ source }) => source);
  return (
    looksAtTarget(binding) &&
    changes.some(({ old }) => isAtOrBelow(path, old)) &&
    sources.includes("$old") &&
    !sources.includes("$output")
  );
};

/** Whether a pointer names one place in the answers of `read` and of `only_when`; other requests may read other records. */
const looksAtTarget = ({ read, undo }: Declared<unknown>): boolean =>
  read !== undefined && isDeepStrictEqual(read, undo?.only_when?.request);

/** Whether nothing of it is there any more, or what stood there before the call stands there again. */
const isOver = (binding: Declared<unknown>, body: Json, path: string, { old }: UndoData): boolean => {
  const stands = valueAt(body, path) ?? null;
  if (stands === null) return !isEmptied(body, path);
  return looksAtTarget(binding) && Object.hasOwn(old, path) && sameValue(stands, old[path]);
};

/**
 * A field that is empty in a record that has others: the record is there. Fields of the answer itself say no such thing,
 * since a service may answer that there is none with `{"found": false, "text": null}`.
 */
const isEmptied = (body: Json, path: string): boolean => {
  const above = tokensOf(path).slice(0, -1);
  const record = above.length === 0 ? undefined : valueAtTokens(body, above);
  return record !== undefined && isJsonObject(record) && Object.values(record).some((value) => value !== null);
};
