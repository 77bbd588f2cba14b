import { awsDeps } from "../aws-deps.ts";
import { live } from "./live.ts";

export const handler = live(awsDeps("live"));
