import type { Command } from "commander";
import { z } from "zod";
import { safeJson } from "../../shared/shown/untrusted.ts";
import { CliError } from "../client/problem.ts";
import { type App, addCommand } from "../command.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { hint } from "../hints.ts";
import { lookOf } from "../look.ts";
import type { ResumeResults } from "../replies/system.ts";
import { everyHeld, heldLines } from "../running/held.ts";
import { type Session, say, show } from "../session.ts";
import { maybeOneArgument, reasonFlag, text } from "./options.ts";

/** The server takes as many in one act. */
const AT_ONCE = 100;

/** Shows what locks hold, and takes up all that no lock holds any more. */
const resumeLocked = async (session: Session, reason: string): Promise<ExitCode> => {
  const { api, context, json } = session;
  const held = await everyHeld(api);
  const free = held.value.filter(({ held_by }) => held_by === null).map(({ execution_id }) => execution_id);
  for (const line of heldLines(held, await lookOf({ ...session, json: false }))) say(session, line);
  const results: ResumeResults["results"] = [];
  for (let from = 0; from < free.length; from += AT_ONCE) {
    results.push(...(await api.resumeMany(free.slice(from, from + AT_ONCE), reason)).printable.results);
  }
  const refused = results.filter(({ ok }) => !ok);
  if (json) context.out(safeJson({ results }, 2));
  else if (free.length > 0) {
    context.out(`resumed: ${results.length - refused.length}, refused: ${refused.length}. Look: ${hint.executions()}`);
    for (const { id, problem } of refused) context.out(`  ${id}: ${problem?.detail ?? "no reason was given"}`);
  }
  return refused.length === 0 ? EXIT.ok : EXIT.conflict;
};

export const addResume = (program: Command, app: App): void =>
  addCommand(program, app, {
    usage: "resume [execution]",
    summary: "go on after a lock was taken away, with one execution or with all",
    teaches: `Steps that a lock held begin again at MOCK; what did not change since keeps its decisions. Unlock first. With
--locked: lists what locks hold, and takes up everything that no lock holds any more.`,
    examples: [
      'buddy resume 01JABC... --reason "unlocked by bob"',
      'buddy resume --locked --reason "unlocked by bob" --as carol',
    ],
    exits: [EXIT.ok, EXIT.refused, EXIT.not_found, EXIT.conflict],
    flags: [{ flags: "--locked", says: "everything that a lock held and none holds any more" }, reasonFlag],
    args: maybeOneArgument,
    options: z.object({ reason: text, locked: z.boolean().default(false) }),
    run: async (session, [id], { reason, locked }) => {
      if (locked === (id !== undefined)) throw new CliError("name an execution, or say --locked", EXIT.usage);
      if (id === undefined) return resumeLocked(session, reason);
      show(session, await session.api.resume(id, reason), () => [`${id} goes on. Look at it: ${hint.status(id)}`]);
      return EXIT.ok;
    },
  });
