import { awsDeps } from "../aws-deps.ts";
import { dryRun } from "./dry-run.ts";

export const handler = dryRun(awsDeps("preview"));
