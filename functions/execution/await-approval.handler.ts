import { awsDeps } from "../aws-deps.ts";
import { awaitApproval } from "./await-approval.ts";

export const handler = awaitApproval(awsDeps("mock"));
