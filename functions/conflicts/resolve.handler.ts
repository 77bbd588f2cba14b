import { awsDeps } from "../aws-deps.ts";
import { resolve } from "./resolve.ts";

export const handler = resolve(awsDeps("mock"));
