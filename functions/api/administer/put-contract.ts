import { type ContractProposal, isPending } from "../../../shared/contracts/contract-proposal.ts";
import { contractWarnings } from "../../../shared/contracts/contract-warnings.ts";
import { defineContract } from "../../../shared/contracts/define-contract.ts";
import { loweredGuards } from "../../../shared/contracts/lowered-guards.ts";
import { anothersNameViolation } from "../../../shared/contracts/offer/anothers-name.ts";
import { looksMade, madeNames, ownName } from "../../../shared/contracts/offer/offered-names.ts";
import { ownUndoViolations } from "../../../shared/contracts/own-undo.ts";
import { contractsByName } from "../../../shared/contracts/registry.ts";
import type { ToolContract } from "../../../shared/contracts/tool-contract.ts";
import { undoingViolations } from "../../../shared/contracts/undoing.ts";
import { isJsonObject, json } from "../../../shared/plan/json.ts";
import { accept, type Result, refuse } from "../../../shared/plan/result.ts";
import type { Violation } from "../../../shared/plan/violation.ts";
import { compareAndSet } from "../../../shared/ports/contention.ts";
import { unlessDamaged } from "../../../shared/ports/damaged.ts";
import type { Deps } from "../../deps.ts";
import { recordLost, recordOperator } from "../act/record-operator.ts";
import { invalidInput, oneViolation } from "../http/problems.ts";
import type { ContractReply, Problem } from "../schemas.ts";
import { missingSecrets } from "./missing-secrets.ts";
import { type Change, secondPerson } from "./second-person.ts";

type Using = Pick<Deps, "contracts" | "auditLog" | "clock" | "policy" | "secretNames" | "servers">;

const TURNS = 20;

/** A contract that a client read and sends back: fields that the registry gives are not the client's to say. */
const withoutGiven = (body: unknown): unknown => {
  const parsed = json.safeParse(body);
  if (!parsed.success || !isJsonObject(parsed.data)) return body;
  const { version: _version, content_hash: _hash, ...input } = parsed.data;
  return input;
};

/** `tool_name` may be left out of the body; where it stands there it must be the path's. */
const named = (body: unknown, tool_name: string): Result<unknown, Problem> => {
  const input = withoutGiven(body);
  if (typeof input !== "object" || input === null || Array.isArray(input)) return accept(input);
  if (!("tool_name" in input)) return accept({ ...input, tool_name });
  if (input.tool_name === tool_name) return accept(input);
  return refuse(
    oneViolation({ path: "/tool_name", rule: "tool_name", message: `must be ${tool_name}, as in the path` }),
  );
};

type Put = { readonly status: 200 | 201 | 202; readonly body: ContractReply };

/** A version that was found to be right, and how the contract stands. */
type Fit = { readonly wanted: ToolContract; readonly newest: ToolContract | undefined; readonly body: ContractReply };

/**
 * A new version of a contract; the newest one again where it says the same. Running executions keep theirs. One that
 * lowers a guard is kept as a proposal until a second person puts the same: raising is one person's, lowering is two's.
 * A version is recorded before it counts.
 */
export const putContract =
  (deps: Using) =>
  async (tool_name: string, body: unknown, caller: string): Promise<Result<Put, Problem>> => {
    const input = named(body, tool_name);
    if (!input.ok) return input;
    return compareAndSet(`contract ${tool_name}`, TURNS, async () => {
      const fit = await fitting(deps, tool_name, input.value);
      if (!fit.ok) return fit;
      const { wanted, newest, body: found } = fit.value;
      if (found.unchanged) return accept({ status: 200, body: found });
      const at = deps.clock.now().toISOString();
      const second = await secondPerson({ caller, now: at }, newest, lowering(deps, wanted, caller));
      if (second.waits) {
        const { over, pending } = second;
        return accept({ status: 202, body: { contract: over, pending, unchanged: true, warnings: found.warnings } });
      }
      const { version, content_hash, risk_level } = wanted;
      const { confirms } = second;
      const confirmed = confirms && { proposed_by: confirms.proposed_by, lowers: confirms.needs };
      const put = { tool_name, version, content_hash, risk_level, ...confirmed };
      await recordOperator(deps, caller, at, "contract_put", put);
      if (!(await putHolding(deps, wanted))) {
        await recordLost(deps, caller, at, "contract_put", put);
        return "moved";
      }
      return accept({ status: 201, body: found });
    });
  };

/** Answers as `putContract` would, a second person's word aside, and keeps or proposes nothing. */
export const checkContract =
  (deps: Using) =>
  async (tool_name: string, body: unknown): Promise<Result<ContractReply, Problem>> => {
    const input = named(body, tool_name);
    if (!input.ok) return input;
    const fit = await fitting(deps, tool_name, input.value);
    return fit.ok ? accept(fit.value.body) : fit;
  };

const fitting = async (deps: Using, tool_name: string, input: unknown): Promise<Result<Fit, Problem>> => {
  const missing = await missingSecrets(deps, input);
  if (!missing.ok) return missing;
  const known = await deps.servers.readable();
  const servers = new Set([...known.items.map(({ server }) => server), ...known.unreadable]);
  const reach = { ...deps.policy, missing_secrets: missing.value, servers };
  const newest = await deps.contracts.get(tool_name);
  const defined = defineContract(input, (newest?.version ?? 0) + 1, reach);
  if (!defined.ok) return refuse(invalidInput(defined.refusal));
  const wanted = defined.value;
  const warnings = contractWarnings(wanted);
  if (newest !== undefined && newest.content_hash === wanted.content_hash) {
    return accept({ wanted, newest, body: { contract: newest, unchanged: true, warnings } });
  }
  const violations = [
    ...ownUndoViolations(wanted),
    ...undoingViolations(wanted, await undoersFor(deps, wanted)),
    ...(newest === undefined ? await anothersName(deps, tool_name) : []),
  ];
  if (violations.length > 0) return refuse(invalidInput({ violations, more: 0 }));
  return accept({ wanted, newest, body: { contract: wanted, unchanged: false, warnings } });
};

/** Longer than any request lasts, between machines whose clocks differ. */
const HELD_SECONDS = 60;

/**
 * Puts a contract while the server that it names stays what it is: who changes that one meanwhile may have looked for
 * contracts already. @returns false where the version exists, or the server is gone
 */
const putHolding = async ({ contracts, servers, clock, policy }: Using, contract: ToolContract): Promise<boolean> => {
  if (contract.binding?.kind !== "mcp") return contracts.put(contract);
  const { server } = contract.binding;
  const seconds = HELD_SECONDS + policy.largest_clock_skew_seconds;
  const until = new Date(clock.now().getTime() + seconds * 1_000).toISOString();
  if (!(await servers.hold(server, { ...contract, until }))) return false;
  const put = await contracts.put(contract);
  await servers.release(server, contract);
  return put;
};

/** A new tool that clients of `/mcp` would know by another's name: their next call would be made of this one. */
const anothersName = async ({ contracts }: Pick<Using, "contracts">, tool_name: string): Promise<Violation[]> => {
  await contracts.holdNames();
  const own = ownName(tool_name);
  const by_server = await contracts.namedByServer(own);
  const others = [...new Set([...by_server, ...(await homesAt(contracts, own))])].filter(
    (other) => other !== tool_name,
  );
  return others.length === 0 ? [] : [anothersNameViolation(tool_name, others)];
};

/** The tools that have a name as their own, or as one that was made for theirs, by whichever release. */
const homesAt = async (contracts: Using["contracts"], name: string): Promise<string[]> => {
  const isThere = await unlessDamaged(
    async () => (await contracts.get(name)) !== undefined,
    () => true,
  );
  if (isThere) return [name];
  if (!looksMade(name)) return [];
  const { items, unreadable } = await contracts.readable();
  const all = [...items.map(({ tool_name }) => tool_name), ...unreadable];
  return all.filter((tool_name) => madeNames(tool_name).includes(name));
};

/** The tool that a contract is undone by; all there are where it is not there, so that a near name can be told. */
const undoersFor = async (
  { contracts }: Pick<Using, "contracts">,
  { compensation }: ToolContract,
): Promise<ReadonlyMap<string, ToolContract>> => {
  if (typeof compensation === "string") return new Map();
  const named = await contracts.get(compensation.tool_name);
  return contractsByName(named === undefined ? await contracts.all() : [named]);
};

/** A version waits for a second person where it lowers a guard. */
const lowering = (deps: Using, wanted: ToolContract, caller: string): Change<ToolContract, ContractProposal> => ({
  needs: (newest) => loweredGuards(newest, wanted),
  waiting: async (newest) => {
    const standing = await deps.contracts.proposed(wanted.tool_name);
    const isTheSame = standing?.contract.content_hash === wanted.content_hash;
    return isTheSame && isPending(standing, newest) ? standing : undefined;
  },
  propose: async (_newest, lowers, proposed) => {
    const { tool_name, version, content_hash } = wanted;
    const told = { tool_name, version, content_hash, lowers };
    await recordOperator(deps, caller, proposed.proposed_at, "contract_proposed", told);
    const pending = { contract: wanted, lowers, ...proposed };
    await deps.contracts.propose(pending);
    return pending;
  },
});
