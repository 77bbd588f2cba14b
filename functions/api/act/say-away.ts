import { askedFirst } from "../../../shared/execution/approval/asking.ts";
import { type Absence, absenceFault } from "../../../shared/execution/approval/away.ts";
import { nameWithId } from "../../../shared/plan/called.ts";
import { accept, type Result, refuse } from "../../../shared/plan/result.ts";
import { isSamePerson } from "../../../shared/plan/same-person.ts";
import type { Deps } from "../../deps.ts";
import { calledNow } from "../../records/called-now.ts";
import type { Caller } from "../http/caller.ts";
import { notFound, oneViolation, problemOf } from "../http/problems.ts";
import type { AwayBody, Problem } from "../schemas.ts";
import { recordOperator } from "./record-operator.ts";

type Using = Pick<Deps, "absences" | "auditLog" | "callerNames" | "clock" | "contracts">;

type Said = { readonly away: Absence; readonly nobody_left: string[] };

/** Everybody for themselves; for another who keeps the registries, and could change the lists as well. */
const forbidden = async (
  deps: Pick<Deps, "callerNames">,
  person: string,
  { name, scopes }: Caller,
): Promise<Problem | undefined> => {
  if (isSamePerson(person, name) || scopes.includes("contracts:write")) return undefined;
  const called = await calledNow(deps);
  const [caller, other] = [nameWithId(called, name), nameWithId(called, person)];
  return problemOf("forbidden", `${caller} may say so for themselves only; for ${other}, who may write contracts can`);
};

/** Somebody is away: in place of what was said of that person before. It changes who is told, never who may decide. */
export const sayAway =
  (deps: Using) =>
  async (person: string, { from, until, instead }: AwayBody, caller: Caller): Promise<Result<Said, Problem>> => {
    const refused = await forbidden(deps, person, caller);
    if (refused !== undefined) return refuse(refused);
    const at = deps.clock.now().toISOString();
    const begins = from === undefined ? at : new Date(from).toISOString();
    const said = { person, from: begins, until: new Date(until).toISOString(), instead, by: caller.name, at };
    const fault = absenceFault(said, at);
    if (fault !== undefined) return refuse(oneViolation({ ...fault, rule: "absence" }));
    await recordOperator(deps, caller.name, at, "away_said", { ...said });
    await deps.absences.put(said);
    return accept({ away: said, nobody_left: await nobodyLeft(deps, said) });
  };

/** Tools whose whole list is away when the absence begins. */
const nobodyLeft = async (
  { absences, contracts }: Pick<Deps, "absences" | "contracts">,
  { from }: Pick<Absence, "from">,
): Promise<string[]> => {
  const [away, all] = await Promise.all([absences.all(), contracts.all()]);
  const then = { absences: away, excluded: [], now: from };
  return all
    .filter(({ asked_in_order }) => askedFirst(asked_in_order, then).asked?.[0]?.name === null)
    .map(({ tool_name }) => tool_name);
};

/** Somebody is here again, or will not go. */
export const sayBack =
  (deps: Using) =>
  async (person: string, caller: Caller): Promise<Result<{ readonly back: string }, Problem>> => {
    const refused = await forbidden(deps, person, caller);
    if (refused !== undefined) return refuse(refused);
    const known = (await deps.absences.all()).some((each) => isSamePerson(each.person, person));
    if (!known) return refuse(notFound(`absence of ${person}`));
    await recordOperator(deps, caller.name, deps.clock.now().toISOString(), "away_ended", { person });
    await deps.absences.remove(person);
    return accept({ back: person });
  };
