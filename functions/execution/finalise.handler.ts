import { awsDeps } from "../aws-deps.ts";
import { finalise } from "./finalise.ts";

export const handler = finalise(awsDeps("mock"));
