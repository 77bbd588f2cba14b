import { awsDeps } from "../aws-deps.ts";
import { feedback } from "./signals.ts";

export const handler = feedback(awsDeps("mock"));
