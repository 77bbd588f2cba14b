import { fork } from "node:child_process";
import { join } from "node:path";
import { z } from "zod";
import type { Figure } from "./figure.ts";

/** Of one workload; bringing 5,000 executions to their approval takes some minutes, any other half a minute. */
const TIME_LIMIT_MS = 900_000;
const figures = z.array(z.custom<Figure>((value) => typeof value === "object" && value !== null));

/**
 * One workload of the build in a folder, in a process of its own, so that one's memory is not another's.
 * @throws Error where it fails, or takes longer than any does
 */
export const measured = (build: string, name: string): Promise<Figure[]> =>
  new Promise((resolve, reject) => {
    const child = fork(join(build, "bench", "child.ts"), [name], {
      execArgv: ["--expose-gc", "--max-semi-space-size=8", "--heap-growing-percent=30"],
    });
    const tooLong = setTimeout(() => child.kill(), TIME_LIMIT_MS);
    let answer: Figure[] | undefined;
    child.once("message", (message) => {
      answer = figures.parse(message);
    });
    child.once("error", reject);
    child.once("exit", (code, signal) => {
      clearTimeout(tooLong);
      if (answer === undefined) reject(new Error(`${name} ended with ${code ?? signal} and without figures`));
      else resolve(answer);
    });
  });
