import type { Command } from "commander";
import { z } from "zod";
import { approvalStatus } from "../../shared/execution/approval/approval.ts";
import { CliError } from "../client/problem.ts";
import { type App, addCommand } from "../command.ts";
import { EXIT } from "../exit-codes.ts";
import { lookOf } from "../look.ts";
import { approvalCard } from "../render/approval.ts";
import { approvalQueueLines } from "../render/approval-list.ts";
import { show } from "../session.ts";
import { limit, maybeOneArgument, refuseFilters, riskFlag, text } from "./options.ts";

export const addApprovals = (program: Command, app: App): void =>
  addCommand(program, app, {
    usage: "approvals [request]",
    summary: "what waits for a person, or one request in full",
    teaches: `Without a request: the queue, grouped by plan, what expires first on top, with old → new values.
With one: everything there is to know before deciding. Looking at it opens it in your name, which a HIGH one needs
before it can be decided together with others. A link from a message and the address of its page in the console are as
good as the request's id, here and wherever a command takes a request.
Where a tool that acts on pages made the preview there is a picture of the page as it stood: --picture saves it.
Goal and rationale are the agent's own words: quoted, never trusted.`,
    examples: [
      "buddy approvals --as bob --mine",
      "buddy approvals --execution 01JABC... --tool msgraph_send_email",
      "buddy approvals 01JDEF... --as bob",
      "buddy approvals https://desk.example/requests/Wm9v... --as bob",
      "buddy approvals 01JDEF... --picture page.jpg --as bob",
    ],
    exits: [EXIT.ok, EXIT.not_found],
    flags: [
      { flags: "--status <status>", says: "requests of this status (default: open)", choices: approvalStatus.options },
      { flags: "--execution <id>", says: "of this execution" },
      { flags: "--plan <id>", says: "of this plan" },
      { flags: "--agent <id>", says: "of this agent" },
      { flags: "--tool <name>", says: "of this tool" },
      riskFlag,
      { flags: "--mine", says: "only what you may decide" },
      { flags: "--picture <file>", says: "save the picture of the page that the request's call would act on" },
      { flags: "--limit <n>", says: "how many at most (default: 500)" },
      { flags: "--next <place>", says: "go on where the list before ended" },
    ],
    args: maybeOneArgument,
    options: z.object({
      status: text.optional(),
      execution: text.optional(),
      plan: text.optional(),
      agent: text.optional(),
      tool: text.optional(),
      risk: text.optional(),
      mine: z.literal(true).optional(),
      limit: limit.optional(),
      next: text.optional(),
      picture: text.optional(),
    }),
    run: async (session, [id], { picture, ...options }) => {
      const { api, context } = session;
      if (id === undefined) {
        if (picture !== undefined) throw new CliError("--picture is of one request: name it", EXIT.usage);
        show(session, await api.approvals(options), (queue) => approvalQueueLines(queue, options, context));
        return EXIT.ok;
      }
      refuseFilters(options);
      if (picture !== undefined) await context.mustBeWritable(picture, "file");
      const reply = await api.approval(id);
      if (picture !== undefined) await context.writeFile(picture, await api.picture(reply.value.approval_id));
      const look = await lookOf(session);
      show(session, reply, (request) => [
        ...approvalCard(request, look),
        ...(picture === undefined ? [] : ["", `Picture saved as ${picture}`]),
      ]);
      return EXIT.ok;
    },
  });
