import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { z } from "zod";

/** A process of a measurement says this of itself when it listens. */
const announcement = z.object({ url: z.string(), token: z.string().optional() });
export type Announcement = z.infer<typeof announcement>;

/** Says so to the process that started this one, and ends with it. */
export const announced = (said: Announcement, stop: () => Promise<void> = async () => {}): void => {
  process.on("disconnect", () => void stop().finally(() => process.exit()));
  process.send?.(said);
};

export type Started = Announcement & { stop(): Promise<void> };

/** Starts a file of this folder as a process of its own. @returns when it listens. @throws Error where it ends before */
export const startedProcess = async (file: string, args: readonly string[] = []): Promise<Started> => {
  const child = fork(join(import.meta.dirname, file), args, {
    execArgv: ["--expose-gc", "--max-semi-space-size=8", "--heap-growing-percent=30"],
  });
  const said = await new Promise<Announcement>((resolve, reject) => {
    child.once("message", (message) => resolve(announcement.parse(message)));
    child.once("exit", (code) => reject(new Error(`${file} ended with ${code} before it listened`)));
  });
  return {
    ...said,
    stop: async () => {
      if (child.exitCode !== null) return;
      child.disconnect();
      await once(child, "exit");
    },
  };
};
