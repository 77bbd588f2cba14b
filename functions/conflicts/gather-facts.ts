import pMap from "p-map";
import { callDigest, knownArguments } from "../../shared/conflicts/call-digest.ts";
import type { ConflictFacts } from "../../shared/conflicts/facts.ts";
import type { EarlierCall } from "../../shared/conflicts/repeated-call.ts";
import { stepResources } from "../../shared/contracts/resources.ts";
import { isDuplicateSensitive } from "../../shared/contracts/tool-contract.ts";
import type { ExecutionRecord } from "../../shared/execution/execution-record.ts";
import type { Deps } from "../deps.ts";
import type { Submission } from "../execution/documents.ts";
import { toolHistory } from "./tool-history.ts";

export type FactsDeps = Pick<Deps, "clock" | "leases" | "ledger" | "tokenBuckets" | "locks" | "tallies">;

const CONCURRENT_READS = 16;

/** What other executions hold, did and used up, as far as these plans are concerned. */
export const gatherFacts = async (
  deps: FactsDeps,
  execution: ExecutionRecord,
  submission: Submission,
): Promise<ConflictFacts> => {
  const [leases, recent_calls, quotas, locks, history] = await Promise.all([
    heldByOthers(deps, execution, submission),
    recentCalls(deps, execution, submission),
    quotasOf(deps, submission),
    deps.locks.all(),
    toolHistory(deps),
  ]);
  const locked_agents = locks.flatMap((lock) => (lock.scope.kind === "agent" ? [lock.scope.agent_id] : []));
  return { leases, recent_calls, quotas, locked_agents: new Set(locked_agents), ...history };
};

const steps = (submission: Submission) =>
  submission.plans.flatMap((plan) =>
    plan.steps.flatMap((step) => {
      const contract = submission.contractOf.get(step.tool_name);
      return contract === undefined ? [] : [{ step, contract }];
    }),
  );

const heldByOthers = async (
  deps: FactsDeps,
  execution: ExecutionRecord,
  submission: Submission,
): Promise<ConflictFacts["leases"]> => {
  const touched = steps(submission).flatMap(({ step, contract }) => stepResources(contract, step));
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
  submission: Submission,
): Promise<ReadonlyMap<string, EarlierCall>> => {
  const since = deps.clock.now().getTime() - execution.config.duplicate_window_hours * 3_600_000;
  const sensitive = steps(submission).filter(
    ({ step, contract }) => isDuplicateSensitive(contract) && step.argument_sources.length === 0,
  );
  const digests = [...new Set(sensitive.map(({ step }) => callDigest(step.tool_name, knownArguments(step))))];
  const found = await pMap(
    digests,
    async (digest) => {
      const rows = await deps.ledger.callsLike(digest);
      const row = rows.find(
        (candidate) =>
          candidate.execution_id !== execution.execution_id &&
          candidate.status !== "REJECTED" &&
          Date.parse(candidate.started_at) >= since,
      );
      return row === undefined ? [] : [{ digest, row }];
    },
    { concurrency: CONCURRENT_READS },
  );
  return new Map(
    found.flat().map(({ digest, row }) => {
      const { execution_id, step_id, status, started_at } = row;
      return [digest, { execution_id, step_id, status, at: started_at }];
    }),
  );
};

const quotasOf = async (deps: FactsDeps, submission: Submission): Promise<ConflictFacts["quotas"]> => {
  const now = deps.clock.now().toISOString();
  const limits = submission.contracts.flatMap((contract) =>
    contract.rate_limit === null ? [] : [contract.rate_limit],
  );
  const byService = new Map(limits.map((limit) => [limit.service, limit]));
  const quotas = await pMap(
    byService.values(),
    async (limit) => {
      const remaining = Math.floor(await deps.tokenBuckets.remaining(limit.service, limit, now));
      return [limit.service, { remaining, resets_in_seconds: limit.window_seconds }] as const;
    },
    { concurrency: CONCURRENT_READS },
  );
  return new Map(quotas);
};
