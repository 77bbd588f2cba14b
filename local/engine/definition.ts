import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { digestOfBytes } from "../../shared/audit/digest.ts";

const ASL_FILE = fileURLToPath(new URL("../../infra/workflow/orchestration.asl.json", import.meta.url));

const state = z.looseObject({ Type: z.string(), TimeoutSecondsPath: z.string().optional() });
const machine = z.looseObject({ StartAt: z.string(), States: z.record(z.string(), state) });
export type Machine = z.infer<typeof machine>;

/** A state machine as text, and the digest it is known by. */
export type Definition = { readonly text: string; readonly digest: string };

/** The state machine file: the one that is deployed, byte for byte, and its digest. */
export const readDefinition = async (): Promise<Definition> => {
  const text = await readFile(ASL_FILE, "utf8");
  return { text, digest: digestOfBytes(text) };
};

/** Longer than any wait that Next wave asks for (20 days); timers overflow at 24.8. */
const LOCAL_WAIT_LIMIT_SECONDS = 2_000_000;

/**
 * The file as the local interpreter can run it, changed in the two ways in which that differs from Step Functions:
 * `${Name}` stays a name, because functions are found by state; and the wait's timeout is kept by the local workflow
 * itself, because the interpreter looks for TimeoutSecondsPath among the parameters, not in the state's input.
 */
export const interpretable = (text: string): Machine => {
  const parsed = machine.parse(JSON.parse(text));
  const States = Object.fromEntries(
    Object.entries(parsed.States).map(([name, each]) => {
      const { TimeoutSecondsPath, ...others } = each;
      return [name, TimeoutSecondsPath === undefined ? each : { ...others, TimeoutSeconds: LOCAL_WAIT_LIMIT_SECONDS }];
    }),
  );
  return { ...parsed, States };
};
