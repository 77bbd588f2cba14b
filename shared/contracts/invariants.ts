import { isSamePerson } from "../plan/same-person.ts";
import { quoted } from "../plan/suggestion.ts";
import type { Violation } from "../plan/violation.ts";
import { placeFaults } from "./place-rules.ts";
import { templateFault } from "./resource-template.ts";
import { type RiskLevel, type ToolContractInput, writes } from "./tool-contract.ts";

/** One rule between the fields of a contract: what breaks it, field by field, without the tool's name. */
type Invariant = (contract: ToolContractInput) => { path: string; message: string }[];

const when = (broken: boolean, path: string, message: string) => (broken ? [{ path, message }] : []);

const YEAR_SECONDS = 31_536_000;
const LEAST_WINDOW_SECONDS = 0.001;

const is = (contract: ToolContractInput, risk: RiskLevel): boolean => contract.risk_level === risk;

/** Every invariant by its name, which is the `rule` of its violations. */
export const INVARIANTS = {
  high_is_irreversible: (c) =>
    when(
      is(c, "HIGH") && c.reversible,
      "/reversible",
      "a HIGH tool is irreversible; set reversible to false or lower the risk",
    ),

  high_requires_approval: (c) =>
    when(
      is(c, "HIGH") && !c.requires_approval,
      "/requires_approval",
      "a HIGH tool requires approval; set requires_approval to true",
    ),

  medium_timeout: (c) =>
    when(
      is(c, "MEDIUM") && c.timeout_seconds < 10,
      "/timeout_seconds",
      `a MEDIUM tool has a timeout of at least 10 s, not ${c.timeout_seconds} s`,
    ),

  low_timeout: (c) =>
    when(
      is(c, "LOW") && c.timeout_seconds > 5,
      "/timeout_seconds",
      `a LOW tool has a timeout of at most 5 s, not ${c.timeout_seconds} s`,
    ),

  low_is_read_only: (c) => [
    ...c.resources.flatMap((resource, index) =>
      when(
        is(c, "LOW") && resource.access === "write",
        `/resources/${index}/access`,
        `a LOW tool is read-only, but it writes ${resource.key}; raise the risk or read only`,
      ),
    ),
    ...when(
      is(c, "LOW") && c.compensation !== "none",
      "/compensation",
      'a LOW tool is read-only, so there is nothing to compensate; set compensation to "none"',
    ),
  ],

  low_needs_no_approval: (c) =>
    when(
      is(c, "LOW") && c.requires_approval,
      "/requires_approval",
      "a LOW tool needs no approval; set requires_approval to false or raise the risk",
    ),

  approvals_match: (c) =>
    when(
      !c.requires_approval && c.approvals_required > 0,
      "/approvals_required",
      `${c.approvals_required} approvals are required, but requires_approval is false; make the two agree`,
    ),

  reversible_write_is_compensated: (c) =>
    when(
      c.reversible && writes(c) && c.compensation === "none",
      "/compensation",
      'a reversible tool that writes names its compensation: "adapter" or {tool_name, arguments}; a MEDIUM tool that only reads lists its resources with access read',
    ),

  irreversible_has_no_compensation: (c) =>
    when(
      !c.reversible && c.compensation !== "none",
      "/compensation",
      'it is not reversible, so its compensation would never be used; set reversible to true or compensation to "none"',
    ),

  only_keys_have_a_window: (c) =>
    when(
      c.outcome_resolution !== "IDEMPOTENT_KEY" && c.idempotency_window_seconds !== undefined,
      "/idempotency_window_seconds",
      "only a tool whose outcome_resolution is IDEMPOTENT_KEY sends a key again; leave the window out",
    ),

  rate_window_within_a_year: (c) =>
    when(
      c.rate_limit !== null && c.rate_limit.window_seconds > YEAR_SECONDS,
      "/rate_limit/window_seconds",
      `a window may have at most ${YEAR_SECONDS} s (a year)`,
    ),

  rate_window_of_a_millisecond: (c) =>
    when(
      c.rate_limit !== null && c.rate_limit.window_seconds < LEAST_WINDOW_SECONDS,
      "/rate_limit/window_seconds",
      `a window has at least ${LEAST_WINDOW_SECONDS} s: time is told in milliseconds`,
    ),

  each_asked_once: (c) =>
    (c.asked_in_order ?? []).flatMap((name, index, order) =>
      when(
        order.slice(0, index).some((earlier) => isSamePerson(earlier, name)),
        `/asked_in_order/${index}`,
        `${quoted(name)} stands in the list already; nobody is asked twice`,
      ),
    ),

  not_its_own_dependency: (c) =>
    c.dependencies.flatMap((dependency, index) =>
      when(dependency === c.tool_name, `/dependencies/${index}`, "a tool cannot depend on itself"),
    ),

  not_its_own_compensation: (c) =>
    when(
      typeof c.compensation === "object" && c.compensation.tool_name === c.tool_name,
      "/compensation/tool_name",
      'a tool cannot compensate itself; name another tool, or "adapter"',
    ),

  resource_key: (c) =>
    c.resources.flatMap(({ key }, index) => {
      const path = `/resources/${index}/key`;
      const fault = templateFault(key);
      return fault === undefined
        ? placeFaults(c, key).map((message) => ({ path, message }))
        : [{ path, message: `resource key ${quoted(key)} ${fault}` }];
    }),
} as const satisfies Record<string, Invariant>;

/** Every broken invariant, in the order of the list; messages name the tool. */
export const invariantViolations = (contract: ToolContractInput): Violation[] =>
  Object.entries(INVARIANTS).flatMap(([rule, invariant]) =>
    invariant(contract).map(({ path, message }) => ({ path, rule, message: `${contract.tool_name}: ${message}` })),
  );
