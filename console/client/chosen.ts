import { useDraft } from "./draft.ts";

/** Requests that were ticked, to be decided together. */
export type Chosen = {
  readonly ids: ReadonlySet<string>;
  readonly choose: (ids: readonly string[], yes: boolean) => void;
};

export const useChosen = (): Chosen => {
  const [text, write] = useDraft("chosen");
  const ids = new Set(text === "" ? [] : text.split(" "));
  return {
    ids,
    choose: (given, yes) => {
      const now = yes ? [...ids, ...given] : [...ids].filter((id) => !given.includes(id));
      write([...new Set(now)].join(" "));
    },
  };
};
