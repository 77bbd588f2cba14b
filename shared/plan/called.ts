import { nameOf } from "./same-person.ts";

type Named = { readonly caller: string; readonly name: string };

/** The name that a caller is read by, looked up by the id; undefined where nobody gave one. */
export type Called = (id: string) => string | undefined;

/** Everybody by the id. */
export const NOBODY_NAMED: Called = () => undefined;

export const calledBy = (names: readonly Named[]): Called => {
  const known = new Map(names.map(({ caller, name }) => [nameOf(caller), name]));
  return (id) => known.get(nameOf(id));
};

/** A caller in one line: the name, and the id beside it, by which alone callers are told apart. */
export const nameWithId = (called: Called, id: string): string => {
  const name = called(id);
  return name === undefined || name === id ? id : `${name} (${id})`;
};
