import { awsDeps } from "../aws-deps.ts";
import { rollBack } from "./roll-back.ts";

export const handler = rollBack(awsDeps("live"));
