import { awsDeps } from "../aws-deps.ts";
import { validate } from "./validate.ts";

export const handler = validate(awsDeps("mock"));
