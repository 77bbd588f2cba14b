import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

type WindowedProps<Item> = {
  readonly items: readonly Item[];
  readonly keyOf: (item: Item) => string;
  readonly row: (item: Item) => ComponentChildren;
  /** Of every row, in pixels of usual text: what is out of view is not on the page, and its height is counted. */
  readonly height: number;
  readonly label: string;
  /** The row to have in view, when it changes. */
  readonly current?: string | null;
};

/** The size of the page's text in pixels, where nobody chose another. */
const USUAL_TEXT = 15;

/** By how much the reader's text is larger than usual: rows grow with it. */
const enlarged = (): number => Number.parseFloat(getComputedStyle(document.documentElement).fontSize) / USUAL_TEXT;

/** Rows above and below those in view, for who scrolls fast. */
const SPARE = 4;

/** A list of any length, of which the page holds what is in view. Arrows walk over its links, beyond the view too. */
export const Windowed = <Item,>({ items, keyOf, row, height: usual, label, current = null }: WindowedProps<Item>) => {
  const [scale, setScale] = useState(enlarged);
  const height = usual * scale;
  const box = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ from: 0, count: 40 });
  const look = (): void => {
    const element = box.current;
    if (element === null) return;
    const from = Math.max(0, Math.floor(element.scrollTop / height) - SPARE);
    const count = Math.ceil(element.clientHeight / height) + 2 * SPARE;
    setView((was) => (was.from === from && was.count === count ? was : { from, count }));
  };
  useEffect(() => {
    look();
    const observer = new ResizeObserver(() => {
      setScale(enlarged());
      look();
    });
    if (box.current !== null) observer.observe(box.current);
    return () => observer.disconnect();
  }, [items.length, height]);
  const place = current === null ? -1 : items.findIndex((item) => keyOf(item) === current);
  useEffect(() => {
    const element = box.current;
    if (element === null || place < 0) return;
    const top = place * height;
    if (top < element.scrollTop || top + height > element.scrollTop + element.clientHeight) {
      element.scrollTop = Math.max(0, top - element.clientHeight / 2);
    }
  }, [place]);
  const walk = (event: KeyboardEvent): void => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    const focused = document.activeElement?.closest("[data-place]");
    if (step === 0 || focused === null || focused === undefined) return;
    event.preventDefault();
    const next = Number(focused.getAttribute("data-place")) + step;
    const element = box.current;
    if (element === null || next < 0 || next >= items.length) return;
    const found = element.querySelector<HTMLElement>(`[data-place="${next}"]`);
    found?.querySelector("a")?.focus({ preventScroll: true });
    const top = next * height;
    if (top < element.scrollTop) element.scrollTop = top;
    else if (top + height > element.scrollTop + element.clientHeight)
      element.scrollTop = top + height - element.clientHeight;
  };
  const shown = items.slice(view.from, view.from + view.count);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: arrows are a shortcut beside the Tab key, which reaches each link
    <div class="windowed" ref={box} onScroll={look} onKeyDown={walk}>
      <ul aria-label={label} style={{ height: `${items.length * height}px` }}>
        {shown.map((item, index) => (
          <li
            key={keyOf(item)}
            data-place={view.from + index}
            aria-setsize={items.length}
            aria-posinset={view.from + index + 1}
            style={{ height: `${height}px`, transform: `translateY(${(view.from + index) * height}px)` }}
          >
            {row(item)}
          </li>
        ))}
      </ul>
    </div>
  );
};
