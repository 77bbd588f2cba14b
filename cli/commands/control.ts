import type { Command } from "commander";
import { z } from "zod";
import { type App, addCommand } from "../command.ts";
import { EXIT } from "../exit-codes.ts";
import { hint } from "../hints.ts";
import { rollbackPreviewLines } from "../render/execution.ts";
import { stillRunningLines } from "../render/system.ts";
import { show } from "../session.ts";
import { depth, oneArgument, reasonFlag, text } from "./options.ts";

const exits = [EXIT.ok, EXIT.refused, EXIT.not_found, EXIT.conflict];

export const addAbort = (program: Command, app: App): void =>
  addCommand(program, app, {
    usage: "abort <execution>",
    summary: "stop an execution: nothing more is started",
    teaches:
      "After the answer only the calls that it lists can still run, and what rolls back, which still asks people. Everything else unfinished is aborted, its requests are voided; what was committed stands.",
    examples: ['buddy abort 01JABC... --reason "wrong plans"'],
    exits,
    flags: [reasonFlag],
    args: oneArgument,
    options: z.object({ reason: text }),
    run: async (session, [id], options) => {
      show(session, await session.api.abort(id, options.reason), ({ can_still_run = [], warning }) => [
        `${id} is told to stop. Look at it: ${hint.status(id)}`,
        ...(warning === undefined ? [] : [`Careful: ${warning}.`]),
        ...stillRunningLines(can_still_run, ` of execution ${id}`, session.context),
      ]);
      return EXIT.ok;
    },
  });

export const addRollback = (program: Command, app: App): void =>
  addCommand(program, app, {
    usage: "rollback <execution>",
    summary: "undo what an execution did, as far as it can be undone",
    teaches: `Undoes in reverse order of dependency, and writes only where the value is still ours. Before it undoes what
a step rests on that cannot be undone, a person is asked (buddy approvals): a no leaves it as it is. The answer comes
before anything is undone; where something cannot be, the execution stops there (LOCKED), and a person is asked.`,
    examples: [
      "buddy rollback 01JABC... --preview",
      'buddy rollback 01JABC... --reason "wrong customer"',
      'buddy rollback 01JABC... --depth 1 --reason "only the last step"',
    ],
    exits,
    flags: [
      reasonFlag,
      {
        flags: "--preview",
        says: "say from what is recorded, without a look at any service, what would be undone, asked about and left",
      },
      { flags: "--depth <n>", says: "only so many layers of what still stands, from the end (default: all)" },
    ],
    args: oneArgument,
    options: z
      .object({ preview: z.boolean().default(false), reason: text.optional(), depth: depth.optional() })
      .superRefine(({ preview, reason }, refinement) => {
        if (!preview && reason === undefined) {
          refinement.addIssue({ code: "custom", path: ["reason"], message: "is needed" });
        }
      }),
    run: async (session, [id], { preview, reason = "", depth }) => {
      if (preview) {
        show(session, await session.api.rollbackPreview(id, depth), rollbackPreviewLines);
        return EXIT.ok;
      }
      show(session, await session.api.rollback(id, reason, depth), () => [
        `${id} is to be rolled back, as far as it can be undone. How it stands: ${hint.status(id)}`,
      ]);
      return EXIT.ok;
    },
  });
