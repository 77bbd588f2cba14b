import { awsDeps } from "../aws-deps.ts";
import { readOutcome } from "./read-outcome.ts";

export const handler = readOutcome(awsDeps("mock"));
