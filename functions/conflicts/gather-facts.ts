import pMap from "p-map";
import { identityOf, knownArguments } from "../../shared/conflicts/call-digest.ts";
import type { ConflictFacts } from "../../shared/conflicts/facts.ts";
import type { EarlierCall } from "../../shared/conflicts/repeated-call.ts";
import { stepResources } from "../../shared/contracts/resources.ts";
import { strictestLimits } from "../../shared/contracts/strictest-limits.ts";
import { isDuplicateSensitive, type ToolContract } from "../../shared/contracts/tool-contract.ts";
import type { ExecutionRecord } from "../../shared/execution/record/execution-record.ts";
import { earlierCallIn, type LedgerRow } from "../../shared/execution/record/ledger-row.ts";
import type { JsonObject } from "../../shared/plan/json.ts";
import type { PlanStep } from "../../shared/plan/tool-execution-plan.ts";
import type { Deps } from "../deps.ts";
import type { CircuitDeps } from "../records/circuits.ts";
import type { Submission } from "../records/documents.ts";
import { type EarlierCallsDeps, earlierCallLike } from "./earlier-calls.ts";
import { toolHistory } from "./tool-history.ts";

export type FactsDeps = EarlierCallsDeps & CircuitDeps & Pick<Deps, "leases" | "tokenBuckets" | "locks">;

/** A step as far as facts about it are looked for. */
export type Concerned = Pick<PlanStep, "step_id" | "tool_name" | "arguments" | "argument_sources">;

const CONCURRENT_READS = 16;

/**
 * Leases, calls and quotas of other executions, as far as these steps are concerned: with the arguments they have now,
 * which an approver may have edited, and with what became of a `$from` where that is final.
 */
export const gatherFacts = async (
  deps: FactsDeps,
  execution: ExecutionRecord,
  submission: Submission,
  concerned: readonly Concerned[],
  final_arguments: ReadonlyMap<string, JsonObject>,
): Promise<ConflictFacts> => {
  const steps = withContracts(submission, concerned);
  const [leases, recent_calls, quotas, locks, history] = await Promise.all([
    heldByOthers(deps, execution, steps),
    recentCalls(deps, execution, steps, final_arguments),
    quotasOf(deps, submission),
    deps.locks.all(),
    toolHistory(deps, submission),
  ]);
  const locked_agents = locks.flatMap((lock) => (lock.scope.kind === "agent" ? [lock.scope.agent_id] : []));
  return { leases, recent_calls, quotas, locked_agents: new Set(locked_agents), ...history };
};

type Contracted = { readonly step: Concerned; readonly contract: ToolContract };

const withContracts = (submission: Submission, concerned: readonly Concerned[]): Contracted[] =>
  concerned.flatMap((step) => {
    const contract = submission.contractOf.get(step.tool_name);
    return contract === undefined ? [] : [{ step, contract }];
  });

const heldByOthers = async (
  deps: FactsDeps,
  execution: ExecutionRecord,
  steps: readonly Contracted[],
): Promise<ConflictFacts["leases"]> => {
  const touched = steps.flatMap(({ step, contract }) => stepResources(contract, step));
  const keys = [...new Set(touched.filter((resource) => !resource.unresolved).map((resource) => resource.key))];
  const leases = await pMap(keys, (key) => deps.leases.get(key), { concurrency: CONCURRENT_READS });
  const now = deps.clock.now().toISOString();
  return leases.flatMap((lease) =>
    lease === undefined || lease.execution_id === execution.execution_id || lease.until <= now ? [] : [lease],
  );
};

const recentCalls = async (
  deps: FactsDeps,
  execution: ExecutionRecord,
  steps: readonly Contracted[],
  final_arguments: ReadonlyMap<string, JsonObject>,
): Promise<ReadonlyMap<string, EarlierCall>> => {
  const identities = steps.flatMap(({ step, contract }) => {
    const args = step.argument_sources.length === 0 ? knownArguments(step) : final_arguments.get(step.step_id);
    return args === undefined || !isDuplicateSensitive(contract) ? [] : [identityOf(contract, args)];
  });
  const isAnother = ({ execution_id }: LedgerRow): boolean => execution_id !== execution.execution_id;
  const found = await pMap(
    new Map(identities.map((call) => [`${call.same_call} ${call.call_digest}`, call])).values(),
    async (call): Promise<[string, EarlierCall][]> => {
      const earlier = await earlierCallLike(deps, execution, call, isAnother);
      // A call that is being undone may be made again once it is: LIVE waits for that.
      if (earlier === undefined || earlier.is === "not_made") return [];
      return [[call.same_call, earlierCallIn(earlier.row)]];
    },
    { concurrency: CONCURRENT_READS },
  );
  return new Map(found.flat());
};

const quotasOf = async (deps: FactsDeps, submission: Submission): Promise<ConflictFacts["quotas"]> => {
  const now = deps.clock.now().toISOString();
  const quotas = await pMap(
    strictestLimits(submission.contracts).values(),
    async (limit) => {
      const remaining = Math.floor(await deps.tokenBuckets.remaining(limit.service, limit, now));
      return [limit.service, { remaining, resets_in_seconds: limit.window_seconds }] as const;
    },
    { concurrency: CONCURRENT_READS },
  );
  return new Map(quotas);
};
