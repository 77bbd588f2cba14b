import type { Context } from "hono";
import { z } from "zod";
import { workerGroup } from "../../../shared/contracts/binding/worker/worker-binding.ts";
import { AGENT_PREFIX, agentAsSubmitter, BUDDY } from "../../../shared/plan/agent.ts";
import { accept, type Result, refuse } from "../../../shared/plan/result.ts";
import { isSamePerson, nameOf } from "../../../shared/plan/same-person.ts";
import { AGENT_SCOPE, SCOPES, type Scope, WORK_SCOPE } from "../../../shared/scopes.ts";
import type { Problem } from "../schemas.ts";
import { problemOf } from "./problems.ts";

export const scope = z.enum(SCOPES);

/**
 * The scopes a route asks for: any one of these is enough to come in. Whose call a worker's is about, its use case
 * looks at.
 */
type Asked = Scope | typeof WORK_SCOPE | typeof AGENT_SCOPE;
export type Required = readonly [Asked, ...Asked[]];

/** The caller: the token's subject, by which four eyes tells people apart, and what the token allows. */
export type Caller = {
  readonly name: string;
  readonly scopes: readonly string[];
  /** The agent that asks by itself, and for itself only; absent for a person, a host of agents or a worker. */
  readonly agent?: string;
};

/** `why` a token was not believed, in words for its bearer. */
export type Unidentified = { readonly why: string };

/** Finds out who is asking; undefined when the request carries no token at all. */
export type Identify = (c: Context) => Promise<Caller | Unidentified | undefined> | Caller | Unidentified | undefined;

/** A token's `scope` claim: one text with blanks between (RFC 8693), or a list. */
export const scopesOf = (claim: unknown): string[] => {
  if (typeof claim === "string") return claim.split(" ").filter((each) => each !== "");
  return Array.isArray(claim) ? claim.filter((each) => typeof each === "string") : [];
};

/** The groups of workers that a token is for. */
export const workerGroupsOf = (scopes: readonly string[]): string[] =>
  scopes.flatMap((each) => {
    const group = workerGroup.safeParse(each.startsWith("work:") ? each.slice("work:".length) : "");
    return group.success ? [group.data] : [];
  });

const carries = (scopes: readonly string[], asked: Asked): boolean =>
  asked === WORK_SCOPE ? workerGroupsOf(scopes).length > 0 : scopes.includes(asked);

const decoded = (text: string): string[] => {
  try {
    return [decodeURIComponent(text)];
  } catch {
    // No name that anybody was given: as if it were not there.
    return [];
  }
};

/** The agents that a token names; one, if it is an agent's. */
const agentsIn = (scopes: readonly string[]): string[] => {
  const named = scopes.flatMap((each) =>
    each.startsWith(AGENT_PREFIX) ? decoded(each.slice(AGENT_PREFIX.length)) : [],
  );
  return [...new Set(named)].filter((name) => name !== "" && name.isWellFormed());
};

const BOTH = "a token is an agent's or a person's, never both";

/**
 * An agent's token is of one agent and carries nothing of a person's; the agent is the caller, whatever the token's
 * subject is called. No person is called as agents are.
 */
const told = ({ name, scopes }: Caller): Result<Caller, Problem> => {
  const agents = agentsIn(scopes);
  const forbid = (detail: string) => refuse(problemOf("forbidden", detail, { reason: "agent_or_person" }));
  if (agents.length === 0 && !scopes.includes(AGENT_SCOPE)) {
    return name.startsWith(AGENT_PREFIX) ? forbid(`${BOTH}: ${name} is an agent's name`) : accept({ name, scopes });
  }
  const [agent, ...others] = agents;
  if (agent === undefined) return forbid("the token is an agent's and names none: it needs the scope agent:<agent_id>");
  if (others.length > 0) return forbid(`the token names ${agents.length} agents; a token is one agent's`);
  const beside = scopes.filter((each) => each !== AGENT_SCOPE && !each.startsWith(AGENT_PREFIX));
  if (beside.length > 0) return forbid(`${BOTH}: that of agent ${agent} carries ${beside.join(", ")} too`);
  return accept({ name: agentAsSubmitter(agent), scopes, agent });
};

/** OpenID Connect allows 255. */
const LONGEST_NAME = 256;

/** Why records could not say by that name who it was; undefined where they can. */
const noNameOf = (name: string): string | undefined => {
  if (!name.isWellFormed()) return "the token's sub holds half of a surrogate pair, which is not valid Unicode text";
  if (nameOf(name) === "") return "the token names nobody: its sub has nothing that can be seen";
  if (name.length > LONGEST_NAME)
    return `the token's sub has ${name.length} characters; a name has ${LONGEST_NAME} at most`;
  return isSamePerson(name, BUDDY)
    ? `${BUDDY} is what records call this system itself; give the token another sub, or the command another name (--as)`
    : undefined;
};

/** The caller, or what is missing: a token, a believable one, or the scope. */
export const authorise = (
  identified: Caller | Unidentified | undefined,
  required: Required,
): Result<Caller, Problem> => {
  const [required_scope] = required;
  if (identified === undefined) {
    return refuse(problemOf("unauthenticated", "send a token: Authorization: Bearer <JWT>", { required_scope }));
  }
  if ("why" in identified) return refuse(problemOf("unauthenticated", identified.why, { required_scope }));
  const no_name = noNameOf(identified.name);
  if (no_name !== undefined) return refuse(problemOf("unauthenticated", no_name, { required_scope }));
  const known = told(identified);
  if (!known.ok) return known;
  if (required.some((each) => carries(known.value.scopes, each))) return known;
  const has = identified.scopes.length === 0 ? "none" : identified.scopes.join(", ");
  const detail = `this needs the scope ${required.join(" or ")}; the token of ${known.value.name} carries ${has}`;
  return refuse(problemOf("forbidden", detail, { required_scope }));
};
