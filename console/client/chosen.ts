import { useState } from "preact/hooks";

/** Requests that were ticked, to be decided together. */
export type Chosen = {
  readonly ids: ReadonlySet<string>;
  readonly choose: (ids: readonly string[], yes: boolean) => void;
};

export const useChosen = (): Chosen => {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  return {
    ids,
    choose: (given, yes) =>
      setIds((was) => (yes ? new Set([...was, ...given]) : new Set([...was].filter((id) => !given.includes(id))))),
  };
};
