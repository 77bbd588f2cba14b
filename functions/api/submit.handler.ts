import { handle } from "hono/aws-lambda";
import { awsDeps } from "../aws-deps.ts";
import { identifyByClaims } from "./http/claims.ts";
import { createRouter } from "./router.ts";

export const handler = handle(createRouter(awsDeps("mock"), { identify: identifyByClaims, groups: ["submit"] }));
