import { useState } from "preact/hooks";

/**
 * Words that a person has written and not sent, by their place. They outlive their box: the request's next version, a
 * look at another page, the end of the session. In this page's memory, and in the tab while its person is at an issuer.
 */
const kept = new Map<string, string>();
let writer: string | null = null;

/** Somebody has signed in: what another person wrote is not theirs. */
export const draftsAreOf = (person: string): void => {
  if (writer !== person && writer !== null) kept.clear();
  writer = person;
};

export type Drafts = { readonly writer: string | null; readonly texts: readonly (readonly [string, string])[] };

/** The page is being left for an issuer's, and what was written comes along. */
let comeAlong = false;

/** Everything that was written, for who leaves the page and comes back. */
export const draftsNow = (): Drafts => {
  comeAlong = true;
  return { writer, texts: [...kept] };
};

addEventListener("pageshow", () => {
  comeAlong = false;
});

// Loaded anew the page has forgotten all of it: whoever wrote it is asked before.
addEventListener("beforeunload", (event) => {
  if (kept.size > 0 && !comeAlong) event.preventDefault();
});

export const draftsWere = (drafts: Drafts): void => {
  writer = drafts.writer;
  for (const [place, text] of drafts.texts) kept.set(place, text);
};

/** A text that is being written at a place. Written empty it is forgotten. */
export const useDraft = (place: string): [string, (text: string) => void] => {
  const [text, setText] = useState(kept.get(place) ?? "");
  const write = (written: string): void => {
    if (written === "") kept.delete(place);
    else kept.set(place, written);
    setText(written);
  };
  return [text, write];
};
