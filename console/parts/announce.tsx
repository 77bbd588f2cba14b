import { useEffect, useState } from "preact/hooks";
import { printable } from "../../shared/shown/untrusted.ts";

type Listener = (text: string) => void;
const listeners = new Set<Listener>();

/** Says to people who hear the page what changed on it. */
export const announce = (text: string): void => {
  for (const listener of listeners) listener(text);
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
