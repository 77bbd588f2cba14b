import { awsDeps } from "../aws-deps.ts";
import { conclude } from "./conclude.ts";

export const handler = conclude(awsDeps("mock"));
