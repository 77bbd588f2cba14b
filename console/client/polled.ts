import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { Problem } from "../../functions/api/schemas.ts";
import { attention, onReturn } from "./attention.ts";
import type { Answer } from "./http.ts";
import { type Asker, pauseMs } from "./pace.ts";

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

/** All that the page asks by now. */
const askers = new Map<object, Asker>();

/**
 * Asks with `load`, and again so many seconds after each answer, or later while nobody reads along; at once when `key`
 * changes, which forgets what was, and when the page comes back into view or somebody touches it again.
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
    const own = {};
    let asker: Asker = { seconds, requests: 1 };
    askers.set(own, asker);
    const ask = async (): Promise<void> => {
      clearTimeout(timer);
      const this_round = ++round;
      const answer = await newest.current();
      if (over || this_round !== round) return;
      if (answer.kind === "value") setState({ key, value: answer.value, problem: undefined, at: Date.now() });
      else if (answer.kind === "problem") setState((was) => ({ ...was, key, problem: answer.problem }));
      if (answer.kind === "value") asker = { seconds, requests: answer.requests ?? 1 };
      askers.set(own, asker);
      timer = setTimeout(ask, pauseMs(asker, [...askers.values()], attention()));
    };
    asking.current = () => void ask();
    setState((was) => (was.key === key ? was : { key, value: undefined, problem: undefined, at: 0 }));
    void ask();
    const away = onReturn(() => void ask());
    return () => {
      over = true;
      clearTimeout(timer);
      askers.delete(own);
      away();
    };
  }, [key, seconds]);
  const again = useCallback(() => asking.current(), []);
  const put = useCallback((value: Value) => setState({ key, value, problem: undefined, at: Date.now() }), [key]);
  const current = state.key === key ? state : { value: undefined, problem: undefined, at: 0 };
  return { value: current.value, problem: current.problem, at: current.at, again, put };
};
