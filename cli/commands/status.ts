import type { Command } from "commander";
import { z } from "zod";
import { executionStatus } from "../../shared/execution/record/execution-record.ts";
import { namedExecution } from "../client/named-execution.ts";
import { wholeExecution } from "../client/whole-execution.ts";
import { type App, addCommand } from "../command.ts";
import { EXIT } from "../exit-codes.ts";
import { lookOf } from "../look.ts";
import { executionLines, executionListLines } from "../render/execution.ts";
import { show } from "../session.ts";
import { date, maybeOneArgument, pageLimit, refuseFilters, text } from "./options.ts";

const DEFAULT_LIMIT = 50;

export const addStatus = (program: Command, app: App): void =>
  addCommand(program, app, {
    usage: "status [execution]",
    summary: "one execution in full, or the list of all",
    teaches: `With an execution: its plans, how every step stands and why, conflicts and what came of them, open requests.
Without: the executions, newest first, or those that fit. The exit code says whether the question was answered, not how the execution fares;
\`buddy run\` ends with a code that says that. \`last\` is the newest execution, wherever one is only read.
Moments are told in UTC, by every command; a date that is given without a time begins at midnight where this terminal is.`,
    examples: [
      "buddy status",
      "buddy status --status RUNNING --tool ghl_update_contact",
      "buddy status last",
      "buddy status 01JABC...",
      "buddy status 01JABC... --json | jq .steps[].state",
    ],
    exits: [EXIT.ok, EXIT.not_found],
    flags: [
      { flags: "--text <text>", says: "with that text in its id, plans, goals, agents, tools or submitter" },
      { flags: "--agent <agent>", says: "with a step of that agent" },
      { flags: "--tool <tool>", says: "with a call of that tool" },
      { flags: "--status <status>", says: "that stand so", choices: executionStatus.options },
      {
        flags: "--since <date>",
        says: "submitted then or later, such as 2026-01-31 (its midnight where this terminal is) or 2026-01-31T12:00:00Z",
      },
      { flags: "--until <date>", says: "submitted before then" },
      { flags: "--limit <n>", says: `how many executions to list (default: ${DEFAULT_LIMIT})` },
      { flags: "--next <place>", says: "go on where the list before ended" },
    ],
    args: maybeOneArgument,
    options: z.object({
      limit: pageLimit.optional(),
      next: text.optional(),
      text: text.optional(),
      agent: text.optional(),
      tool: text.optional(),
      status: executionStatus.optional(),
      since: date.optional(),
      until: date.optional(),
    }),
    run: async (session, [id], options) => {
      const { api } = session;
      if (id === undefined) {
        const { limit = DEFAULT_LIMIT, next, ...search } = options;
        const found = await api.executions(limit, next, search);
        const look = await lookOf(session);
        show(session, found, (page) => executionListLines(page, { ...search, limit }, look));
      } else {
        refuseFilters(options);
        const found = await wholeExecution(api, await namedExecution(api, id));
        const look = await lookOf(session);
        show(session, found, (execution) => executionLines(execution, look));
      }
      return EXIT.ok;
    },
  });
