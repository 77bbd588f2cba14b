import { expect } from "vitest";
import { z } from "zod";
import { EXIT } from "../../cli/exit-codes.ts";
import { runBuddy } from "../../cli/program.ts";
import { localPrograms } from "../../cli/terminal/local-programs.ts";
import { fakeContext } from "../cli/fake-context.ts";

type Terminal = ReturnType<typeof fakeContext>["context"];

/** The commands of a page, typed one after another against a real server; `at`: options that say which. */
export const pageCommands = (at: () => readonly string[], files: Partial<Terminal>) => {
  const buddy = async (line: string, stdin = ""): Promise<string> => {
    const fake = fakeContext({ stdin });
    const context = {
      ...fake.context,
      fetch: globalThis.fetch,
      local: localPrograms,
      now: () => new Date(),
      wait: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)),
      ...files,
    };
    const words = [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(([, ...found]) => found.join(""));
    const code = await runBuddy(context, [...at(), ...words]);
    const said = fake.stdout() + fake.stderr();
    expect([EXIT.ok, EXIT.waiting_for_people], `${line}\n${said}`).toContain(code);
    return said;
  };

  const newest = async () => {
    const list = z.object({ items: z.array(z.object({ execution_id: z.string(), status: z.string() })) });
    const [first] = list.parse(JSON.parse(await buddy("status --json"))).items;
    if (first === undefined) throw new Error("nothing was submitted");
    return first;
  };

  /** Fills in the newest execution; after what decides how it ends, comes back when it has ended so. */
  const performed = async (line: string): Promise<string> => {
    const id = line.includes("<execution>") ? (await newest()).execution_id : "";
    const said = await buddy(line.replace("<execution>", id));
    const ends = /^(approve|rollback) /.exec(line)?.[1];
    const wanted = ends === "approve" ? "SUCCEEDED" : "ROLLED_BACK";
    if (ends !== undefined) await expect.poll(async () => (await newest()).status, { timeout: 20_000 }).toBe(wanted);
    return said;
  };
  return { buddy, performed };
};

/** A page's commands, and the files that it writes, in order. */
export const stepsOf = (page: string): string[] =>
  [...page.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].flatMap(([, block = ""]) =>
    [...block.matchAll(/^cat > \S+ <<'(\w+)'\n[\s\S]*?\n\1$|^.+$/gm)].map(([step]) => step),
  );

/** The line after `npx buddy`. Here nobody is at a terminal. */
export const buddyLine = (step: string): string => {
  const [, line = ""] = /^npx buddy (.+?)(?: <\/dev\/null)?$/.exec(step) ?? [];
  expect(line, `the page has a command that is not understood: ${step}`).not.toBe("");
  return line;
};
