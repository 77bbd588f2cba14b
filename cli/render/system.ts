import { inQuotes } from "../../shared/shown/untrusted.ts";
import { moment, plural } from "../../shared/shown/words.ts";
import type { InFlightView, LockReply, LockView, SystemState } from "../replies/system.ts";
import { caller, type Look } from "./approval.ts";
import { table } from "./table.ts";

/** The scope of a lock, in words. */
export const scopeText = ({ kind, tool_name, agent_id, execution_id }: LockView["scope"]): string => {
  const name = tool_name ?? agent_id ?? execution_id;
  return name === undefined ? kind : `${kind} ${name}`;
};

const lockLine = (lock: LockView, look: Look): string =>
  `${look.paint.magenta(scopeText(lock.scope))} (${lock.mode}) by ${caller(look, lock.locked_by)} at ${moment(lock.locked_at)}: ${inQuotes(lock.reason)}`;

const callTable = (calls: readonly InFlightView[], { paint, columns }: Look): string[] =>
  table(
    [
      { head: "EXECUTION" },
      { head: "STEP", shrink_to: 10 },
      { head: "TOOL", shrink_to: 10 },
      { head: "AGENT", shrink_to: 8 },
      { head: "OVER BY" },
    ],
    calls.map((call) => [call.execution_id, call.step_id, call.tool_name, call.agent_id, moment(call.may_run_until)]),
    { width: columns - 2, paintHead: paint.dim },
  ).map((line) => `  ${line}`);

export const systemLines = (state: SystemState, look: Look): string[] => {
  const { paint } = look;
  return [
    `LIVE is ${state.live_enabled ? paint.green("on") : paint.yellow("off: nothing goes LIVE")}`,
    `The agents' registry is ${state.registry_open ? "open" : "closed"}`,
    `${plural(state.running_executions, "execution")} running, ${plural(state.in_flight.count, "call")} in flight`,
    ...(state.in_flight.calls.length === 0 ? [] : callTable(state.in_flight.calls, look)),
    ...state.left_alone.map(
      ({ service, until, reason }) =>
        `${paint.yellow("Left alone:")} ${inQuotes(service)} until ${moment(until)}: ${reason}`,
    ),
    ...(state.locks.length === 0 ? ["No locks"] : state.locks.map((lock) => `Locked: ${lockLine(lock, look)}`)),
    paint.dim(
      Object.entries(state.versions)
        .map(([name, version]) => `${name} ${version}`)
        .join(", "),
    ),
  ];
};

/** The calls that an answer lists; `of` says of what, such as ` of agent janitor`, or nothing for all there are. */
export const stillRunningLines = (calls: readonly InFlightView[], of: string, look: Look): string[] => {
  if (calls.length === 0) return [`No call${of} can still run.`];
  const only = calls.length === 1 ? `Only this call${of}` : `Only these ${calls.length} calls${of}`;
  return [`${only} can still run:`, ...callTable(calls, look)];
};

export const lockLines = (reply: LockReply, look: Look): string[] => {
  const { lock, can_still_run, warning, told, still_to_tell } = reply;
  const later = still_to_tell === 0 ? "" : `, ${still_to_tell} more within minutes; the lock holds for them already`;
  return [
    `Locked: ${lockLine(lock, look)}`,
    ...(warning === undefined ? [] : [`${look.paint.yellow("Careful:")} ${warning}.`]),
    ...stillRunningLines(can_still_run, lock.scope.kind === "everything" ? "" : ` of ${scopeText(lock.scope)}`, look),
    ...(lock.mode === "freeze_all" ? [] : ["Roll backs go on; --mode freeze_all holds them too."]),
    `${plural(told, "running execution")} told${later}.`,
  ];
};
