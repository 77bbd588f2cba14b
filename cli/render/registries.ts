import { moment, plural } from "../../shared/shown/words.ts";
import { hint } from "../hints.ts";
import type { AgentList, AgentProposal, Contract, ContractList, ContractProposal } from "../replies/registries.ts";
import type { Look } from "./approval.ts";
import { painted, unreadableLines, word } from "./labels.ts";
import { table } from "./table.ts";

const yes = (value: boolean): string => (value ? "yes" : "no");

/** A version that lowers a guard and waits for a second person; and how that one confirms it. */
export const pendingLines = ({ contract, lowers, proposed_by, proposed_at }: ContractProposal): string[] => [
  `${contract.tool_name} version ${contract.version} is proposed by ${proposed_by} (${moment(proposed_at)}) and not in force: it lowers guards`,
  ...lowers.map((line) => `  - ${line}`),
  `  Another person confirms it: ${hint.confirmContract(contract.tool_name)}`,
];

export const contractListLines = (
  { contracts, pending, statistics, unreadable = [] }: ContractList,
  { paint, columns }: Look,
): string[] => [
  ...table(
    [
      { head: "TOOL", shrink_to: 12 },
      { head: "RISK" },
      { head: "REVERSIBLE" },
      { head: "TIMEOUT", align: "right" },
      { head: "APPROVALS", align: "right" },
      { head: "V", align: "right" },
      { head: "PERMISSIONS", shrink_to: 8 },
      { head: "AFTER", shrink_to: 8 },
    ],
    contracts.map((contract) => [
      contract.tool_name,
      word(paint, contract.risk_level),
      yes(contract.reversible),
      `${contract.timeout_seconds} s`,
      contract.requires_approval ? String(contract.approvals_required) : "–",
      String(contract.version),
      contract.required_permissions.join(", "),
      contract.dependencies.join(", "),
    ]),
    { width: columns, paintHead: paint.dim },
  ),
  "",
  ...pending.flatMap((proposal) => [...pendingLines(proposal), ""]),
  ...unreadableLines(unreadable, "contract"),
  `${plural(statistics.tools, "tool")}: ${statistics.approval_required} need approval, ${statistics.writes} write`,
  ...Object.entries({ ...statistics.by_risk_level, ...statistics.by_reversibility }).map(
    ([name, { tools, approval_required, writes }]) =>
      `  ${name.padEnd(12)} ${plural(tools, "tool")}, ${approval_required} need approval, ${writes} write`,
  ),
];

const compensationText = ({ compensation }: Contract): string =>
  typeof compensation === "string" ? compensation : `calls ${compensation.tool_name}`;

const resolutionText = ({ outcome_resolution, idempotency_window_seconds: window }: Contract): string =>
  window === undefined ? outcome_resolution : `${outcome_resolution}, a key is known for ${window} s`;

const row = (label: string, value: string): [string, string] => [label, value];

const actsText = ({ binding }: Contract): string => {
  if (binding === undefined || binding.kind === "sandbox") return "on the sandbox";
  return binding.hosts === undefined ? `by ${binding.kind}` : `by ${binding.kind} on ${binding.hosts.join(", ")}`;
};

export const contractLines = (contract: Contract, { paint }: Look): string[] => {
  const rows: [string, string][] = [
    ["description", contract.description],
    ["reversible", yes(contract.reversible)],
    ["approval", contract.requires_approval ? `${contract.approvals_required} needed` : "none"],
    ...(contract.asked_in_order === undefined ? [] : [row("asks", contract.asked_in_order.join(", then "))]),
    ["timeout", `${contract.timeout_seconds} s`],
    ["at once", contract.max_concurrent === undefined ? "no limit" : String(contract.max_concurrent)],
    ["permissions", contract.required_permissions.join(", ") || "none"],
    ["depends on", contract.dependencies.join(", ") || "nothing"],
    ["resources", contract.resources.map(({ key, access }) => `${access} ${key}`).join(", ") || "none"],
    [
      "rate limit",
      contract.rate_limit === null
        ? "none"
        : `${contract.rate_limit.limit} calls to ${contract.rate_limit.service} in ${contract.rate_limit.window_seconds} s`,
    ],
    ["roll back", compensationText(contract)],
    ["unknown outcome", resolutionText(contract)],
    ["acts", actsText(contract)],
    ["content hash", contract.content_hash],
    ["input schema", JSON.stringify(contract.input_schema)],
    ...(contract.output_schema === undefined ? [] : [row("output schema", JSON.stringify(contract.output_schema))]),
    ...(contract.binding === undefined ? [] : [row("binding", JSON.stringify(contract.binding))]),
  ];
  return [
    `${paint.bold(contract.tool_name)}  ${painted(paint, contract.risk_level)}  version ${contract.version}`,
    ...rows.map(([label, value]) => `  ${paint.dim(label.padEnd(16))}${value}`),
  ];
};

/** A registration that widens what an agent may do and waits for a second person; and how that one confirms it. */
export const pendingAgentLines = ({ agent, widens, proposed_by, proposed_at }: AgentProposal): string[] => [
  `${agent.agent_id} as ${proposed_by} proposes it (${moment(proposed_at)}) does not count: it widens what the agent may do`,
  ...widens.map((line) => `  - ${line}`),
  `  Another person confirms it: ${hint.confirmAgent(agent.agent_id)}`,
];

export const agentListLines = (
  { agents, pending, registry_open, unreadable = [] }: AgentList,
  { paint, columns }: Look,
): string[] => [
  ...unreadableLines(unreadable, "agent"),
  ...(agents.length === 0
    ? ["No agents are registered."]
    : table(
        [
          { head: "AGENT", shrink_to: 8 },
          { head: "OWNER", shrink_to: 8 },
          { head: "CONFIDENCE", align: "right" },
          { head: "SUBMITTERS", shrink_to: 8 },
          { head: "PERMISSIONS", shrink_to: 12 },
        ],
        agents.map((agent) => [
          agent.agent_id,
          agent.owner,
          agent.default_confidence === null ? "–" : String(agent.default_confidence),
          agent.allowed_submitters.join(", ") || "anybody",
          agent.granted_permissions.join(", ") || "none",
        ]),
        { width: columns, paintHead: paint.dim },
      )),
  ...pending.flatMap((proposal) => [...pendingAgentLines(proposal), ""]),
  registry_open
    ? "The registry is open: agents that are not in it are taken at their word."
    : "The registry is closed: plans of agents that are not in it are refused.",
];
