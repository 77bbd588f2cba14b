import pMap from "p-map";
import type { Deps } from "../../deps.ts";
import { problemOf } from "../http/problems.ts";
import type { ResumeManyBody, ResumeResults } from "../schemas.ts";
import { type ResumeDeps, resumeExecution } from "./resume-execution.ts";

/** Each is read, written, recorded and told in some 100 ms: a hundred are taken up in two seconds. */
const AT_A_TIME = 8;

/** None is begun after that; the answer comes within the 29 s there are. */
const BEGUN_WITHIN_MS = 20_000;

const NOT_REACHED = "it was not resumed: send it again";

type ResumeResult = ResumeResults["results"][number];

/** Takes up many executions in one act, each by itself: one that is refused keeps no other back. */
export const resumeMany =
  (deps: ResumeDeps & Pick<Deps, "clock">) =>
  async ({ executions, reason }: ResumeManyBody, caller: string): Promise<ResumeResults> => {
    const begun = deps.clock.now().getTime();
    const resumeOne = async (id: string): Promise<ResumeResult> => {
      if (deps.clock.now().getTime() - begun >= BEGUN_WITHIN_MS) {
        return { ok: false, id, problem: problemOf("not-reached", NOT_REACHED) };
      }
      const resumed = await resumeExecution(deps)(id, { by: caller, reason });
      return resumed.ok ? { ok: true, id } : { ok: false, id, problem: resumed.refusal };
    };
    return { results: await pMap(new Set(executions), resumeOne, { concurrency: AT_A_TIME }) };
  };
