import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { Problem } from "../../functions/api/schemas.ts";
import { isIdle, onReturn } from "./attention.ts";
import type { Answer } from "./http.ts";

/** The newest answer, and the refusal if that is what came last. Silence changes neither: what was true stays in view. */
export type Polled<Value> = {
  readonly value: Value | undefined;
  readonly problem: Problem | undefined;
  /** When the value came. */
  readonly at: number;
  /** Asks at once. */
  readonly again: () => void;
  /** Puts in what an act of this page was answered with. */
  readonly put: (value: Value) => void;
};

type State<Value> = Pick<Polled<Value>, "value" | "problem" | "at"> & { readonly key: string };

/** A page that nobody looks at, or that nobody has touched for a while, asks so much less often. */
const HIDDEN_FACTOR = 3;
const IDLE_FACTOR = 2;

const patience = (): number => (document.hidden ? HIDDEN_FACTOR : isIdle() ? IDLE_FACTOR : 1);

/**
 * Asks with `load`, and again so many seconds after each answer; at once when `key` changes, which forgets what was, and
 * when the page comes back into view or somebody touches it again.
 */
export const usePolled = <Value>(key: string, load: () => Promise<Answer<Value>>, seconds: number): Polled<Value> => {
  const [state, setState] = useState<State<Value>>({ key, value: undefined, problem: undefined, at: 0 });
  const newest = useRef(load);
  newest.current = load;
  const asking = useRef<() => void>(() => undefined);
  useEffect(() => {
    let over = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let round = 0;
    const ask = async (): Promise<void> => {
      clearTimeout(timer);
      const own = ++round;
      const answer = await newest.current();
      if (over || own !== round) return;
      if (answer.kind === "value") setState({ key, value: answer.value, problem: undefined, at: Date.now() });
      else if (answer.kind === "problem") setState((was) => ({ ...was, key, problem: answer.problem }));
      timer = setTimeout(ask, seconds * 1_000 * patience());
    };
    const whenSeen = (): void => {
      if (!document.hidden) void ask();
    };
    asking.current = () => void ask();
    setState((was) => (was.key === key ? was : { key, value: undefined, problem: undefined, at: 0 }));
    void ask();
    document.addEventListener("visibilitychange", whenSeen);
    const away = onReturn(() => void ask());
    return () => {
      over = true;
      clearTimeout(timer);
      away();
      document.removeEventListener("visibilitychange", whenSeen);
    };
  }, [key, seconds]);
  const again = useCallback(() => asking.current(), []);
  const put = useCallback((value: Value) => setState({ key, value, problem: undefined, at: Date.now() }), [key]);
  const current = state.key === key ? state : { value: undefined, problem: undefined, at: 0 };
  return { value: current.value, problem: current.problem, at: current.at, again, put };
};
