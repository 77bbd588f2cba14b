import { z } from "zod";
import { shortName } from "../../shared/plan/given-names.ts";
import { isJsonObject, type JsonObject, jsonObject } from "../../shared/plan/json.ts";
import type { Approval } from "../replies/approvals.ts";

export const DECISION_WORDS = [
  "approve",
  "edit",
  "reject",
  "happened",
  "did_not_happen",
  "undone",
  "accepted",
  "let_expire",
] as const;

/**
 * The decision on requests that match. Requests are told by plan, step and tool, never by id, so that a file decides
 * every run of its plans alike. `let_expire` leaves a request to its time limit on purpose.
 */
export const fileDecision = z
  .strictObject({
    plan: z.string().optional(),
    /** The step's id, in the execution or as the plan wrote it. */
    step: z.string().optional(),
    tool: z.string().optional(),
    /** The decider, where tokens are minted locally: `--approver`, or whoever runs the CLI, unless said. */
    by: z.string().optional(),
    decision: z.enum(DECISION_WORDS),
    comment: z.string().optional(),
    /** With `edit`: fields to set in the arguments; what is not named stays. */
    arguments: jsonObject.optional(),
    /** How many requests it may decide. By default one where it names a step, any number where it does not. */
    times: z.number().int().positive().optional(),
  })
  .refine(({ plan, step, tool }) => plan !== undefined || step !== undefined || tool !== undefined, {
    error: "names no plan, step or tool: say which requests it decides",
  })
  .refine(({ decision, arguments: args }) => decision !== "edit" || args !== undefined, {
    path: ["arguments"],
    error: "is needed with edit: the fields to set",
  })
  .refine(({ decision, comment }) => (decision !== "edit" && decision !== "reject") || comment !== undefined, {
    path: ["comment"],
    error: "is needed with edit and reject: say why",
  });
export type FileDecision = z.infer<typeof fileDecision>;

export const decisionsFile = z.union([z.strictObject({ decisions: z.array(fileDecision) }), z.array(fileDecision)]);

type Request = Pick<Approval, "plan_id" | "step_id" | "tool_name">;

/** A step's own id, whole: in an execution `<plan_id>.<step_id>` where plans share step ids, or its short name. */
const isStep = ({ plan_id, step_id }: Request, wanted: string): boolean =>
  [wanted, shortName(wanted), shortName(`${plan_id}.${wanted}`)].includes(step_id);

const matches = (entry: FileDecision, request: Request): boolean =>
  (entry.plan === undefined || entry.plan === request.plan_id) &&
  (entry.step === undefined || isStep(request, entry.step)) &&
  (entry.tool === undefined || entry.tool === request.tool_name);

/** The words that each kind of request can be answered with. */
const fits = ({ decision }: FileDecision, kind: string): boolean => {
  switch (kind) {
    case "approve":
      return ["approve", "edit", "reject", "let_expire"].includes(decision);
    case "undo":
      return decision === "approve" || decision === "reject" || decision === "undone";
    case "undo_failed":
      return decision === "undone" || decision === "accepted";
    default:
      return decision === "happened" || decision === "did_not_happen";
  }
};

export type DecisionsFile = {
  /**
   * The first entry that fits the request and is not used up, and uses it. A request that needs several people is asked
   * again: each entry decides it once, nobody decides it twice.
   */
  take(request: Request & Pick<Approval, "approval_id" | "kind" | "votes">): FileDecision | undefined;
  /** Entries that no request ever matched: perhaps misspelt. */
  unused(): FileDecision[];
};

/** Entries in the order of the file: the first that fits wins. Those that name nobody decide by `approver`, if there is one. */
export const decisionsOf = (file: z.infer<typeof decisionsFile>, approver?: string): DecisionsFile => {
  const entries = (Array.isArray(file) ? file : file.decisions).map((entry) => ({
    entry: { ...entry, by: entry.by ?? approver },
    left: entry.times ?? (entry.step === undefined ? Number.POSITIVE_INFINITY : 1),
    used: false,
  }));
  const taken = new Set<string>();
  return {
    take: (request) => {
      const voters = new Set(request.votes.map(({ by }) => by));
      for (const [index, candidate] of entries.entries()) {
        const { entry } = candidate;
        const key = `${index} ${request.approval_id}`;
        if (!matches(entry, request) || !fits(entry, request.kind)) continue;
        if (entry.by !== undefined && voters.has(entry.by)) continue;
        if (taken.has(key) && entry.decision === "let_expire") return entry;
        if (taken.has(key) || candidate.left <= 0) continue;
        candidate.left -= 1;
        candidate.used = true;
        taken.add(key);
        return entry;
      }
      return undefined;
    },
    unused: () => entries.filter(({ used }) => !used).map(({ entry }) => entry),
  };
};

/** The request's arguments with the entry's fields set; objects are merged, everything else is replaced. */
export const mergedArguments = (current: JsonObject, fields: JsonObject): JsonObject => {
  const merged: JsonObject = { ...current };
  for (const [name, value] of Object.entries(fields)) {
    const before = current[name];
    merged[name] = isJsonObject(value) && isJsonObject(before) ? mergedArguments(before, value) : value;
  }
  return merged;
};
