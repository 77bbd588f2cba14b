import type { Command } from "commander";
import { z } from "zod";
import { CliError } from "../client/problem.ts";
import { type App, addCommand } from "../command.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { approvalCard, approvalTable } from "../render/approval.ts";
import { painted, plural } from "../render/labels.ts";
import { safeJson } from "../render/untrusted.ts";
import type { DecisionResults } from "../replies/approvals.ts";
import { everyApproval } from "../running/whole-execution.ts";
import { type Session, say } from "../session.ts";
import { decideOn } from "./decide.ts";
import { maybeOneArgument, text } from "./options.ts";

/** The server takes as many decisions in one act. */
const AT_ONCE = 500;

type Filter = { plan?: string | undefined; execution?: string | undefined; yes: boolean };

/** Shows what would be approved, HIGH ones in full, asks once, and decides in as few acts as there can be. */
const approveAll = async (session: Session, filter: Filter): Promise<ExitCode> => {
  const { api, context, json } = session;
  const { paint } = context;
  const query = { status: "open", mine: "true", plan: filter.plan, execution: filter.execution };
  const found = await everyApproval(api, query);
  const may = new Set(
    found.value.filter(({ you_may }) => you_may.includes("approve")).map(({ approval_id }) => approval_id),
  );
  const requests = found.printable.filter(({ approval_id }) => may.has(approval_id));
  const digests = new Map(
    found.value.filter(({ approval_id }) => may.has(approval_id)).map((each) => [each.approval_id, each.digest]),
  );
  if (requests.length === 0) {
    if (json) context.out(safeJson({ results: [] }, 2));
    else context.out("Nothing that you may approve.");
    return EXIT.ok;
  }
  for (const line of approvalTable(requests, context)) say(session, line);
  for (const { approval_id } of requests.filter(({ risk_level }) => risk_level === "HIGH")) {
    const opened = await api.approval(approval_id);
    digests.set(approval_id, opened.value.digest);
    say(session, "");
    for (const line of approvalCard(opened.printable, context)) say(session, line);
  }
  if (!filter.yes) {
    if (!context.interactive)
      throw new CliError(
        `${plural(requests.length, "request")} would be approved, and nobody can be asked here`,
        EXIT.usage,
        {
          remedy: "look at the list above, and add --yes if that is what you want",
        },
      );
    if (!(await context.prompts.confirm(`Approve ${plural(requests.length, "request")}?`))) return EXIT.ok;
  }
  const results: DecisionResults["results"] = [];
  const decisions = [...digests].map(([id, digest]) => ({ id, digest, decision: "approve" }));
  for (let from = 0; from < decisions.length; from += AT_ONCE) {
    results.push(...(await api.decideMany(decisions.slice(from, from + AT_ONCE))).printable.results);
  }
  const refused = results.filter(({ ok }) => !ok);
  if (json) context.out(safeJson({ results }, 2));
  else {
    context.out(`${painted(paint, "approved")}: ${results.length - refused.length}, refused: ${refused.length}`);
    for (const { id, problem } of refused) context.out(`  ${id}: ${problem?.detail ?? "no reason was given"}`);
  }
  return refused.length === 0 ? EXIT.ok : EXIT.conflict;
};

export const addApprove = (program: Command, app: App): void =>
  addCommand(program, app, {
    usage: "approve [request]",
    summary: "say yes, to one request or to all you may approve",
    teaches: `Approves exactly what is shown: the digest of the preview goes with the decision, and what has changed since is
asked anew. With --all, the list is shown, every HIGH one in full, and you are asked once; without a terminal add --yes.
Who submitted a HIGH call, owns its agent or edited it last cannot approve it.`,
    examples: [
      "buddy approve 01JDEF... --as bob",
      "buddy approve --all --plan plan_crm --as bob",
      "buddy approve --all --execution 01JABC... --as bob --yes",
    ],
    exits: [EXIT.ok, EXIT.refused, EXIT.not_found, EXIT.conflict],
    flags: [
      { flags: "--all", says: "everything open that you may approve" },
      { flags: "--plan <id>", says: "with --all: of this plan" },
      { flags: "--execution <id>", says: "with --all: of this execution" },
      { flags: "--yes", says: "with --all: do not ask" },
      { flags: "--comment <text>", says: "kept with the decision" },
    ],
    args: maybeOneArgument,
    options: z.object({
      all: z.boolean().default(false),
      plan: text.optional(),
      execution: text.optional(),
      yes: z.boolean().default(false),
      comment: text.optional(),
    }),
    run: async (session, [id], { all, comment, ...filter }) => {
      if (all === (id !== undefined)) throw new CliError("name one request, or say --all", EXIT.usage);
      if (id === undefined) return approveAll(session, filter);
      return decideOn(session, id, { decision: "approve", ...(comment === undefined ? {} : { comment }) });
    },
  });
