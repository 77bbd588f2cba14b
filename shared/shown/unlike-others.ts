import type { JsonObject } from "../plan/json.ts";
import { type FieldChange, shownChanges } from "./values.ts";

/** A request as far as it is compared. */
type Asked = {
  readonly approval_id: string;
  readonly tool_name: string;
  readonly kind: string;
  readonly arguments: JsonObject;
  readonly changes: readonly FieldChange[];
};

/** In fewer of one tool nobody overlooks the odd one. */
const FEWEST = 4;
/** A value that so many of them share is what a reader takes for that of all. */
const COMMON = 0.75;

/** No value reads so: text stands in quotes. */
const [CLEARED, ABSENT] = ["nothing", "not given"];

/** The values of a call in words, place by place: its arguments, and fields that it changes as rows show those. */
const places = ({ changes, kind, arguments: args }: Asked): Map<string, string> =>
  new Map(
    [...Object.entries(args), ...shownChanges(changes, kind).map((change) => [change.field, change.new] as const)].map(
      ([name, value]) => [name, value === undefined ? CLEARED : JSON.stringify(value)],
    ),
  );

/**
 * By request, in words, where it says something else than nearly all others of its tool and kind: in a list of forty that
 * read alike, the one that does not is what an approver must see.
 */
export const unlikeOthers = (requests: readonly Asked[]): ReadonlyMap<string, readonly string[]> => {
  const notes = new Map<string, string[]>();
  for (const [, group] of Map.groupBy(requests, ({ tool_name, kind }) => kind + tool_name)) {
    if (group.length < FEWEST) continue;
    const said = group.map((request) => ({ id: request.approval_id, places: places(request) }));
    for (const place of new Set(said.flatMap(({ places: own }) => [...own.keys()]))) {
      const values = Map.groupBy(said, ({ places: own }) => own.get(place) ?? ABSENT);
      for (const [usual, { length }] of values) {
        if (length < COMMON * group.length) continue;
        for (const [other, those] of values) {
          if (other === usual) continue;
          const note = `unlike the others: ${place} is ${other}, and ${usual} in ${length} of ${group.length}`;
          for (const { id } of those) notes.set(id, [...(notes.get(id) ?? []), note]);
        }
      }
    }
  }
  return notes;
};
