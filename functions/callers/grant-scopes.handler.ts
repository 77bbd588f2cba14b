import { readEnvironment } from "../aws/environment.ts";
import { deployed } from "../aws/log.ts";
import { grantScopes } from "./grant-scopes.ts";

const env = readEnvironment();

export const handler = deployed(env, { SCOPE_PREFIX: env.SCOPE_PREFIX }, grantScopes);
