import { awsDeps } from "../aws-deps.ts";
import { continueInFreshHistory } from "./continue.ts";

export const handler = continueInFreshHistory(awsDeps("mock"));
