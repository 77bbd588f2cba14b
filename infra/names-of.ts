/** A record's keys, in the type they were written with. */
export const namesOf = <Key extends string>(record: Readonly<Partial<Record<Key, unknown>>>): Key[] => {
  const names: Key[] = [];
  for (const name in record) names.push(name);
  return names;
};
