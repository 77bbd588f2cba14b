import type { Command } from "commander";
import { z } from "zod";
import { namedExecution } from "../client/named-execution.ts";
import { type App, addCommand } from "../command.ts";
import { EXIT } from "../exit-codes.ts";
import { executionLines, executionListLines } from "../render/execution.ts";
import { wholeExecution } from "../running/whole-execution.ts";
import { show } from "../session.ts";
import { maybeOneArgument, pageLimit, text } from "./options.ts";

export const addStatus = (program: Command, app: App): void =>
  addCommand(program, app, {
    usage: "status [execution]",
    summary: "one execution in full, or the list of all",
    teaches: `With an execution: its plans, how every step stands and why, conflicts and what came of them, open requests.
Without: the executions, newest first. The exit code says whether the question was answered, not how the execution fares;
\`buddy run\` ends with a code that says that. \`last\` is the newest execution, wherever one is only read.`,
    examples: [
      "buddy status",
      "buddy status last",
      "buddy status 01JABC...",
      "buddy status 01JABC... --json | jq .steps[].state",
    ],
    exits: [EXIT.ok, EXIT.not_found],
    flags: [
      { flags: "--limit <n>", says: "how many executions to list (default: 50)" },
      { flags: "--next <place>", says: "go on where the list before ended" },
    ],
    args: maybeOneArgument,
    options: z.object({ limit: pageLimit.default(50), next: text.optional() }),
    run: async (session, [id], options) => {
      const { api, context } = session;
      if (id === undefined) {
        show(session, await api.executions(options.limit, options.next), (page) =>
          executionListLines(page, { limit: options.limit }, context),
        );
      } else {
        show(session, await wholeExecution(api, await namedExecution(api, id)), (execution) =>
          executionLines(execution, context),
        );
      }
      return EXIT.ok;
    },
  });
