import { refuse } from "../../../shared/plan/result.ts";
import { didYouMean } from "../../../shared/plan/suggestion.ts";
import type { Deps } from "../../deps.ts";
import type { Problem } from "../schemas.ts";
import type { Caller } from "./caller.ts";
import type { Endpoint, RawRequest } from "./endpoint.ts";
import { notFound } from "./problems.ts";

type Using = Pick<Deps, "executions" | "approvals">;

/** The newest of many: an id that is misspelt is one that was just read somewhere. */
const NEWEST = 50;

type Kind = { readonly what: string; readonly ids: (deps: Using) => Promise<readonly string[]> };

const newest = { limit: NEWEST, next: null };
const EXECUTIONS: Kind = {
  what: "execution",
  ids: async ({ executions }) => (await executions.list(newest)).items.map(({ execution_id }) => execution_id),
};
const APPROVALS: Kind = {
  what: "approval",
  ids: async ({ approvals }) =>
    (await approvals.list({ ...newest, status: "open" })).items.map(({ approval_id }) => approval_id),
};

const kindOf = (path: string): Kind | undefined => {
  if (path.startsWith("/executions/{id}")) return EXECUTIONS;
  return path.startsWith("/approvals/{id}") ? APPROVALS : undefined;
};

/** An agent with a token of its own knows its own calls alone. */
const mayList = ({ agent, scopes }: Caller): boolean => agent === undefined && scopes.includes("read");

/**
 * Routes to one execution or request, which tell the near id where there is none of the one that was asked for: only to
 * those who may list them, for to anybody else it would say that there is another.
 */
export const tellingNearIds = (deps: Using, endpoints: readonly Endpoint[]): Endpoint[] =>
  endpoints.map((endpoint) => {
    const kind = kindOf(endpoint.path);
    if (kind === undefined) return endpoint;
    const answer: Endpoint["answer"] = async (request) => {
      const answered = await endpoint.answer(request);
      return answered.ok ? answered : refuse(await withNearId(deps, kind, request, answered.refusal));
    };
    return { ...endpoint, answer };
  });

const withNearId = async (
  deps: Using,
  { what, ids }: Kind,
  { caller, params }: RawRequest,
  problem: Problem,
): Promise<Problem> => {
  const { id = "" } = params;
  const { detail } = notFound(`${what} ${id}`);
  if (problem.detail !== detail || !mayList(caller)) return problem;
  return { ...problem, detail: `${detail}${didYouMean(id, await ids(deps))}` };
};
