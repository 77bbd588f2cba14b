import type { Json, JsonObject } from "../plan/json.ts";

/** A request as far as it is compared. */
type Asked = {
  readonly approval_id: string;
  readonly tool_name: string;
  readonly arguments: JsonObject;
  readonly changes: readonly { readonly field: string; readonly new: Json }[];
};

/** In fewer of one tool nobody overlooks the odd one. */
const FEWEST = 4;
/** A value that so many of them share is what a reader takes for that of all. */
const COMMON = 0.75;

/** The values of a call, place by place: fields that it changes, and arguments that are no object of fields. */
const places = ({ changes, arguments: args }: Asked): Map<string, string> =>
  new Map(
    [...Object.entries(args), ...changes.map(({ field, new: next }): [string, Json] => [field, next])].map(
      ([name, value]) => [name, JSON.stringify(value)],
    ),
  );

const commonest = (values: readonly string[]): { value: string; count: number } => {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].reduce((most, [value, count]) => (count > most.count ? { value, count } : most), {
    value: "",
    count: 0,
  });
};

/** No value reads so: text stands in quotes. */
const ABSENT = "nothing";

/**
 * By request, in words, where it says something else than nearly all others of its tool: in a list of forty that read
 * alike, the one that does not is what an approver must see.
 */
export const unlikeOthers = (requests: readonly Asked[]): ReadonlyMap<string, readonly string[]> => {
  const notes = new Map<string, string[]>();
  for (const [, group] of Map.groupBy(requests, ({ tool_name }) => tool_name)) {
    if (group.length < FEWEST) continue;
    const said = group.map((request) => ({ id: request.approval_id, places: places(request) }));
    for (const place of new Set(said.flatMap(({ places: own }) => [...own.keys()]))) {
      const { value, count } = commonest(said.map(({ places: own }) => own.get(place) ?? ABSENT));
      if (count === group.length || count < COMMON * group.length) continue;
      for (const { id, places: own } of said) {
        const other = own.get(place) ?? ABSENT;
        if (other === value) continue;
        const note = `unlike the others: ${place} is ${other}, and ${value} in ${count} of ${group.length}`;
        notes.set(id, [...(notes.get(id) ?? []), note]);
      }
    }
  }
  return notes;
};
