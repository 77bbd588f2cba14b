import { execFile } from "node:child_process";
import { join } from "node:path";
import type { Deployment } from "./deployment.ts";
import type { Person } from "./people.ts";

export type Ran = { readonly code: number; readonly out: string; readonly err: string };

/** Runs the command line as somebody does who uses a deployment: its address and a token in the environment. */
export const buddy = (at: Deployment, person: Person | undefined, ...args: readonly string[]): Promise<Ran> =>
  new Promise((resolve, reject) => {
    const program = join(import.meta.dirname, "..", "..", "cli", "buddy.ts");
    const env = {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      NO_COLOR: "1",
      BUDDY_ENDPOINT: at.api,
      ...(person === undefined ? {} : { BUDDY_TOKEN: person.token }),
    };
    execFile(process.execPath, [program, ...args], { env, timeout: 150_000 }, (error, out, err) => {
      const code = error === null ? 0 : error.code;
      if (typeof code === "number") resolve({ code, out, err });
      else reject(error);
    });
  });
