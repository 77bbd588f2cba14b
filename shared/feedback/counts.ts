/** Own entry of a record, or undefined: tools and people may be called `constructor`. */
export const entryOf = <Value>(record: Readonly<Record<string, Value>>, key: string): Value | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined;

/** Union of two records; where both have a key, `add` joins the values. Keys come out sorted. */
export const joinRecords = <Value>(
  one: Readonly<Record<string, Value>>,
  other: Readonly<Record<string, Value>>,
  add: (a: Value, b: Value) => Value,
): Record<string, Value> => {
  const names = Object.keys(other);
  if (names.length === 0 && isInOrder(one)) return one;
  if (Object.keys(one).length === 0 && isInOrder(other)) return other;
  if (isInOrder(one) && names.every((name) => name !== "__proto__" && Object.hasOwn(one, name))) {
    return joinedInPlace(one, other, names, add);
  }
  const joined = new Map(Object.entries(one));
  for (const [key, value] of Object.entries(other)) {
    const present = joined.get(key);
    joined.set(key, present === undefined ? value : add(present, value));
  }
  return Object.fromEntries([...joined].sort(byKey));
};

/** Nearly every addition to a sum of many: it brings no name that the sum has not. */
const joinedInPlace = <Value>(
  one: Readonly<Record<string, Value>>,
  other: Readonly<Record<string, Value>>,
  names: readonly string[],
  add: (a: Value, b: Value) => Value,
): Record<string, Value> => {
  const joined = { ...one };
  for (const name of names) {
    const [present, added] = [joined[name], other[name]];
    if (present !== undefined && added !== undefined) joined[name] = add(present, added);
  }
  return joined;
};

/** JavaScript puts whole numbers first and in their order, however they came. */
const WHOLE = /^(0|[1-9][0-9]{0,8})$/;

const isInOrder = (record: Readonly<Record<string, unknown>>): boolean => {
  let before = "";
  for (const name of Object.keys(record)) {
    if (name < before && !WHOLE.test(name)) return false;
    before = WHOLE.test(name) ? "" : name;
  }
  return true;
};

/** How often each word occurs; words that do not occur have no entry. */
export const countWords = (words: readonly string[]): Record<string, number> => {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(byKey));
};

export const addNumbers = (one: number, other: number): number => one + other;

/** Code-unit order: the same on every machine, whatever its locale. */
export const compareText = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

const byKey = (one: readonly [string, unknown], other: readonly [string, unknown]): number =>
  compareText(one[0], other[0]);
