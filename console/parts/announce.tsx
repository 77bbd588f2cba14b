import { useEffect, useRef, useState } from "preact/hooks";
import { printable } from "../../shared/shown/untrusted.ts";

type Listener = (text: string) => void;
const listeners = new Set<Listener>();

/** Says to people who hear the page what changed on it. */
export const announce = (text: string): void => {
  for (const listener of listeners) listener(text);
};

/** Says to them what another value means; nothing of the one that the page opened with. */
export const useSaid = <Value extends string | number>(
  value: Value | undefined,
  inWords: (value: Value, before: Value) => string | null,
): void => {
  const before = useRef<Value | undefined>(undefined);
  useEffect(() => {
    if (value === undefined) return;
    const words = before.current === undefined || before.current === value ? null : inWords(value, before.current);
    if (words !== null) announce(words);
    before.current = value;
  }, [value]);
};

/** The one place that screen readers are told by. The same words said twice are said twice. */
export const Announcer = () => {
  const [said, setSaid] = useState({ text: "", count: 0 });
  useEffect(() => {
    const listener: Listener = (text) => setSaid(({ count }) => ({ text, count: count + 1 }));
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
    };
  }, []);
  return (
    <div role="status" aria-live="polite" class="for-readers">
      <span key={said.count}>{printable(said.text)}</span>
    </div>
  );
};
