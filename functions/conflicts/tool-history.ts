import { typicalLatency } from "../../shared/conflicts/circuit.ts";
import type { ConflictFacts } from "../../shared/conflicts/facts.ts";
import { serviceOf } from "../../shared/contracts/service.ts";
import type { ToolContract } from "../../shared/contracts/tool-contract.ts";
import type { Pause } from "../../shared/ports/coordination.ts";
import type { Deps } from "../deps.ts";
import { type CircuitDeps, circuitsAt } from "../records/circuits.ts";

const DAY_SECONDS = 86_400;

type Known = { readonly contracts: readonly ToolContract[] };

/**
 * The record of the last day, by tool: how long its calls take, and whether its service has stopped answering or has
 * asked to be left alone: then all tools of it are held that are known here.
 */
export const toolHistory = async (
  deps: CircuitDeps & Pick<Deps, "clock" | "tokenBuckets">,
  known: Known,
): Promise<Pick<ConflictFacts, "open_circuits" | "latency_seconds">> => {
  const now = deps.clock.now().toISOString();
  const day = await deps.aggregates.recent(DAY_SECONDS, now);
  const timingOut = (await circuitsAt(deps, now)).flatMap(({ of, tools, until, reason }) =>
    [...tools, ...toolsOf(of, known)].map(
      (tool_name) => [tool_name, { seconds_left: secondsLeft({ until }, now), reason }] as const,
    ),
  );
  const paused = await pausedTools(deps, known.contracts, now);
  const latency_seconds = Object.entries(day.tools).flatMap(([tool_name, { modes }]) => {
    const seconds = typicalLatency(modes.LIVE.latency);
    return seconds === undefined ? [] : [[tool_name, seconds] as const];
  });
  // Of two reasons not to call a tool the one that lasts longer counts: it stands last.
  const open = [...timingOut, ...paused].toSorted(([, one], [, other]) => one.seconds_left - other.seconds_left);
  return { open_circuits: new Map(open), latency_seconds: new Map(latency_seconds) };
};

/** A service that is down is as down for those of its tools that nobody has called of late. */
const toolsOf = (service: string, { contracts }: Known): string[] =>
  contracts.filter((contract) => serviceOf(contract) === service).map(({ tool_name }) => tool_name);

type Open = readonly [string, { readonly seconds_left: number; readonly reason: string }];

/** Tools whose service asked to be left alone. Nothing is read where no tool has a service that could ask. */
const pausedTools = async (
  { tokenBuckets }: Pick<Deps, "tokenBuckets">,
  contracts: readonly ToolContract[],
  now: string,
): Promise<Open[]> => {
  const served = contracts.flatMap((contract) => {
    const service = serviceOf(contract);
    return service === undefined ? [] : [{ tool_name: contract.tool_name, service }];
  });
  if (served.length === 0) return [];
  const pauses = new Map((await tokenBuckets.pauses(now)).map((pause) => [pause.service, pause]));
  return served.flatMap(({ tool_name, service }): Open[] => {
    const pause = pauses.get(service);
    return pause === undefined ? [] : [[tool_name, { seconds_left: secondsLeft(pause, now), reason: inWords(pause) }]];
  });
};

const secondsLeft = ({ until }: Pick<Pause, "until">, now: string): number =>
  Math.ceil((Date.parse(until) - Date.parse(now)) / 1_000);

const inWords = ({ service, reason }: Pause): string => `${service} is left alone: ${reason}`;
