import { awsDeps } from "../aws-deps.ts";
import { sweep } from "./sweep.ts";

export const handler = sweep(awsDeps("mock"));
