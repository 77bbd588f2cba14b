import type { CallFate, Hazards, PortCall, ServiceFate } from "./hazards.ts";

/** The acts of the service on the calls of one tool, in the order they come; it commits those that follow. */
export type ServiceScript = Readonly<Record<string, readonly ServiceFate[]>>;

/** A death at the n-th port call of the schedule, from 1. */
export type Death = { readonly at: number; readonly fate: Extract<CallFate, "dies_before" | "dies_after"> };

export type Script = {
  /** By tool and side: `put_opaque/forward`. */
  readonly service: ServiceScript;
  readonly deaths: readonly Death[];
  /** Told of every port call, in order. */
  readonly onCall?: (call: PortCall) => void;
};

/** Nothing is left to chance: what the script says happens, and nothing else. */
export const scriptedHazards = ({ service, deaths, onCall }: Script): Hazards => {
  const dying = new Map(deaths.map(({ at, fate }) => [at, fate]));
  const made = new Map<string, number>();
  let calls = 0;
  let over = false;
  return {
    get over() {
      return over;
    },
    stop: () => {
      over = true;
    },
    call: (call) => {
      calls += 1;
      onCall?.(call);
      return dying.get(calls) ?? "done";
    },
    delay: () => 0,
    task: () => "runs",
    service: (tool_name, side) => {
      const name = `${tool_name}/${side}`;
      const nth = made.get(name) ?? 0;
      made.set(name, nth + 1);
      return service[name]?.[nth] ?? "commits";
    },
    skew: () => 0,
    indexLag: () => 0,
  };
};
