import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Answer } from "../client/http.ts";
import { useAct } from "./act.tsx";
import { keptPages, lookedAtAgain } from "./kept-pages.ts";

type Pages<Page> = {
  readonly pages: readonly Page[];
  /** Fetches the next one, where there is one, and says why it was refused. */
  readonly more: ComponentChildren;
};

/**
 * The newest page of a list, and those behind it that somebody asked for; something, by its name, may stand on two of
 * them. At another `key` they are of another list.
 */
export const usePages = <Page extends { readonly next: string | null }>(
  newest: Page | undefined,
  load: (next: string) => Promise<Answer<Page>>,
  words: string,
  namesOf: (page: Page) => readonly string[],
  key = "",
): Pages<Page> => {
  const [older, setOlder] = useState<readonly Page[]>([]);
  const { send, refused } = useAct();
  const before = useRef<Page | undefined>(undefined);
  useEffect(() => setOlder((was) => (was.length === 0 ? was : [])), [key]);
  useEffect(() => {
    // Newer items have pushed the end of the newest page behind it.
    const last = before.current;
    before.current = newest;
    if (last !== undefined && newest !== undefined && last.next !== newest.next)
      setOlder((was) => (was.length === 0 ? was : keptPages(was, last, newest, namesOf)));
  }, [newest]);
  const turn = useRef(0);
  useEffect(() => {
    // One of them each time the newest one is looked at: what stands there goes on as well.
    const at = turn.current++ % (older.length || 1);
    const page = older[at];
    const mark = (at === 0 ? newest : older[at - 1])?.next;
    if (page === undefined || !mark) return;
    void load(mark).then((answer) => {
      if (answer.kind === "value") setOlder((was) => lookedAtAgain(was, page, answer.value, namesOf));
    });
  }, [newest]);
  const pages = newest === undefined ? older : [newest, ...older];
  const next = pages.at(-1)?.next ?? null;
  if (next === null) return { pages, more: null };
  const fetchMore = (): void => void send(load(next), "There are more.", (page) => setOlder([...older, page]));
  return {
    pages,
    more: (
      <>
        {refused}
        <button type="button" class="button" onClick={fetchMore}>
          {words}
        </button>
      </>
    ),
  };
};
