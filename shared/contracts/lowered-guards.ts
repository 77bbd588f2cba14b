import { canonicalJson } from "../plan/digest.ts";
import { json } from "../plan/json.ts";
import { needsApproval } from "./static-ceiling.ts";
import {
  isCompensable,
  isDuplicateSensitive,
  keyKnownSeconds,
  RISK_LEVELS,
  type ToolContract,
  writes,
} from "./tool-contract.ts";

type Guard = (before: ToolContract, after: ToolContract) => readonly string[];

const when = (lowered: boolean, words: string): readonly string[] => (lowered ? [words] : []);

const votes = (contract: ToolContract): number =>
  needsApproval(contract) ? Math.max(1, contract.approvals_required) : 0;

const missing = (before: readonly string[], after: readonly string[]): string[] => {
  const kept = new Set(after);
  return before.filter((each) => !kept.has(each));
};

const risk: Guard = (before, after) =>
  when(
    RISK_LEVELS.indexOf(after.risk_level) < RISK_LEVELS.indexOf(before.risk_level),
    `risk ${before.risk_level} becomes ${after.risk_level}`,
  );

const writing: Guard = (before, after) => when(writes(before) && !writes(after), "it counts as a tool that only reads");

const approvals: Guard = (before, after) =>
  when(
    votes(after) < votes(before),
    votes(after) === 0 ? "nobody is asked any more" : `${votes(before)} approvals become ${votes(after)}`,
  );

const permissions: Guard = (before, after) =>
  missing(before.required_permissions, after.required_permissions).map((name) => `permission ${name} is not required`);

const dependencies: Guard = (before, after) =>
  missing(before.dependencies, after.dependencies).map((name) => `${name} need not have run before it`);

const duplicates: Guard = (before, after) =>
  when(isDuplicateSensitive(before) && !isDuplicateSensitive(after), "the same call twice is no duplicate any more");

/** A value that is written under a key keeps others from it; who reads it waits for writers. */
const resources: Guard = (before, after) => {
  const held = new Set(after.resources.map(({ key, access }) => `${access} ${key}`));
  return before.resources
    .filter(({ key, access }) => !held.has(`${access} ${key}`) && !held.has(`write ${key}`))
    .map(({ key, access }) => `it does not say any more that it ${access}s ${key}`);
};

const rateLimit: Guard = ({ rate_limit: before }, { rate_limit: after }) => {
  if (before === null) return [];
  const words = `at most ${before.limit} calls to ${before.service} in ${before.window_seconds} s is not held any more`;
  const same = after !== null && after.service === before.service;
  const held = same && after.limit <= before.limit && after.window_seconds >= before.window_seconds;
  return when(!held, words);
};

const callsAtOnce: Guard = ({ max_concurrent: before }, { max_concurrent: after }) => {
  if (before === undefined || (after !== undefined && after <= before)) return [];
  const now = after === undefined ? "any number of calls run" : `${after} calls run`;
  return [`${now} at once instead of ${before}`];
};

/** A preview or a simulation that was not to be had kept it from rising at all. */
const rehearsal: Guard = (before, after) => [
  ...when(
    !before.mock_provider_available && after.mock_provider_available,
    "it can be rehearsed with a mock, so it may go higher",
  ),
  ...when(!before.reversible && after.reversible, "it counts as reversible"),
];

/**
 * A roll back makes that call, and asks only where the tool that it names wants approval: so who may say what it is are
 * two. A way to undo that is taken away lets nothing through.
 */
const undoing: Guard = (before, after) => {
  const [was, is] = [undoneBy(before), undoneBy(after)];
  return when(was !== undefined && is !== undefined && was !== is, `it is undone by ${is} instead of ${was}`);
};

const undoneBy = (contract: ToolContract): string | undefined => {
  if (!isCompensable(contract)) return undefined;
  const { compensation } = contract;
  return typeof compensation === "string"
    ? `its ${compensation}`
    : `${compensation.tool_name} ${canonicalJson(compensation.arguments)}`;
};

/** From what a person decides to what is sent again without one. */
const RESOLVING = ["OPAQUE", "QUERYABLE", "IDEMPOTENT_KEY"] as const;

const outcomes: Guard = (before, after) => [
  ...when(
    RESOLVING.indexOf(after.outcome_resolution) > RESOLVING.indexOf(before.outcome_resolution),
    `an unknown outcome is not ${before.outcome_resolution} any more but ${after.outcome_resolution}`,
  ),
  ...when(
    before.outcome_resolution === "IDEMPOTENT_KEY" &&
      after.outcome_resolution === "IDEMPOTENT_KEY" &&
      keyKnownSeconds(after) > keyKnownSeconds(before),
    `a call is sent again for ${keyKnownSeconds(after)} s instead of ${keyKnownSeconds(before)} s`,
  ),
];

/**
 * The real effect of a call is what its approvals, its permissions and its risk are about: another request is another
 * tool under the same name. Back to the sandbox it touches nothing.
 */
const acting: Guard = ({ binding: before }, { binding: after }) => {
  const [was, is] = [before?.kind ?? "sandbox", after?.kind ?? "sandbox"];
  if (is === "sandbox") return [];
  if (was !== is) return [`its calls leave the ${was} and act by ${is}`];
  return when(
    canonicalJson(json.parse(before)) !== canonicalJson(json.parse(after)),
    "its calls are made in another way",
  );
};

const GUARDS: readonly Guard[] = [
  risk,
  writing,
  approvals,
  permissions,
  dependencies,
  duplicates,
  resources,
  rateLimit,
  callsAtOnce,
  rehearsal,
  undoing,
  outcomes,
  acting,
];

/**
 * The guards between an agent and the real world under `before` and not under `after`, in words; empty when nothing.
 */
export const loweredGuards = (before: ToolContract, after: ToolContract): string[] =>
  GUARDS.flatMap((guard) => guard(before, after));
