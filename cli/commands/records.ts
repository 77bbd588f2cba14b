import type { Command } from "commander";
import { z } from "zod";
import type { Json } from "../../shared/plan/json.ts";
import { printable, safeJson } from "../../shared/shown/untrusted.ts";
import { plural } from "../../shared/shown/words.ts";
import { RECORD_NAME } from "../../shared/verification/record-line.ts";
import type { Api } from "../client/api.ts";
import { namedExecution } from "../client/named-execution.ts";
import { CliError } from "../client/problem.ts";
import { type App, addCommand } from "../command.ts";
import { EXIT } from "../exit-codes.ts";
import { hint } from "../hints.ts";
import { eventLines } from "../render/event.ts";
import { fetchArtifacts, saveFiles } from "../running/artifact-files.ts";
import { isDamaged } from "../verifying/damaged.ts";
import { evidenceToKeep } from "../verifying/evidence.ts";
import { noOptions, oneArgument, text } from "./options.ts";

export const addEvents = (program: Command, app: App): void =>
  addCommand(program, app, {
    usage: "events <execution>",
    summary: "the audit record of an execution",
    teaches: "Every event of every chain, oldest first in each. With --json: an array of events as they are hashed.",
    examples: ["buddy events 01JABC...", "buddy events 01JABC... --json | jq '.[] | select(.chain == \"execution\")'"],
    exits: [EXIT.ok, EXIT.not_found],
    args: oneArgument,
    options: noOptions,
    run: async ({ api, context, json }, [named]) => {
      const id = await namedExecution(api, named);
      const raw: Json[] = [];
      for (let next: string | undefined; ; ) {
        const page = await api.events(id, next);
        if (json) {
          if (
            page.raw !== null &&
            typeof page.raw === "object" &&
            !Array.isArray(page.raw) &&
            Array.isArray(page.raw.items)
          )
            raw.push(...page.raw.items);
        } else {
          for (const line of page.printable.items.flatMap((event) => eventLines(event, context))) context.out(line);
        }
        if (page.value.next === null) break;
        next = page.value.next;
      }
      if (json) context.out(safeJson(raw, 2));
      return EXIT.ok;
    },
  });

/** Nothing is there to be saved, so that nothing goes on as if it were. */
const noneYet = async (api: Api, id: string): Promise<CliError> => {
  const { status } = (await api.execution(id, { steps_limit: 0 })).printable;
  return new CliError(
    `nothing was saved: execution ${id} is ${status} and has no artifacts yet; they are written when it ends, or is held by a lock`,
    EXIT.conflict,
    { remedy: `follow it to its end: ${hint.follow(id)}` },
  );
};

export const addArtifacts = (program: Command, app: App): void =>
  addCommand(program, app, {
    usage: "artifacts <execution>",
    summary: "save the artifacts, the manifest and the record",
    teaches:
      "Writes them byte for byte to <out>/<execution>/: the manifest's digests hold for the files as saved. With record.ndjson beside them, `buddy verify <out>/<execution>` needs no server. They are there as soon as it has ended, or a lock holds it; before that nothing is saved, and it ends with 6.",
    examples: ["buddy artifacts 01JABC...", "buddy artifacts 01JABC... --out /tmp/audit"],
    exits: [EXIT.ok, EXIT.not_found, EXIT.conflict, EXIT.tampered],
    flags: [{ flags: "--out <folder>", says: "where to (default: outputs)" }],
    args: oneArgument,
    options: z.object({ out: text.default("outputs") }),
    run: async ({ api, context, json }, [named], options) => {
      await context.mustBeWritable(options.out, "folder");
      const id = await namedExecution(api, named);
      if ((await api.artifacts(id)).value.items.length === 0) throw await noneYet(api, id);
      const { record, files: artifacts } = await evidenceToKeep(api, id).catch(async (error: unknown) => {
        if (!isDamaged(error)) throw error;
        const kept = await fetchArtifacts(api, id);
        const folder = await saveFiles(context, id, options.out, kept);
        const message = `${plural(kept.length, "file")} in ${folder}, without the record: ${error.message}`;
        throw new CliError(message, EXIT.tampered, { remedy: `look at what is there: ${hint.verify(folder)}` });
      });
      const saved = [...artifacts, { name: RECORD_NAME, bytes: Buffer.from(record) }];
      const folder = await saveFiles(context, id, options.out, saved);
      const files = saved.map(({ name }) => name);
      if (json) context.out(safeJson({ folder, files }, 2));
      else {
        context.out(`${plural(files.length, "file")} in ${folder}:`);
        for (const name of files) context.out(`  ${printable(name)}`);
        context.out(`Verify them without a server: ${hint.verify(folder)}`);
      }
      return EXIT.ok;
    },
  });
