import { accept } from "../../../shared/plan/result.ts";
import type { Deps } from "../../deps.ts";
import { type Endpoint, endpoint } from "../http/endpoint.ts";
import { liveBody, liveReply, lockBody, lockReply, unlockBody, unlockReply } from "../schemas.ts";
import { act } from "./acting.ts";
import { checkScope } from "./check-scope.ts";
import { lockSystem, unlockSystem } from "./lock-system.ts";
import { switchLive } from "./switch-live.ts";

const holds = { ...act, scopes: ["system:lock"] } as const;

/** People lock, unlock, and switch LIVE for the whole deployment. */
export const systemEndpoints = (deps: Deps): Endpoint[] => [
  endpoint(
    {
      ...holds,
      path: "/system/lock",
      summary: "Lock a scope; the answer lists its calls that can still run",
      description:
        "A misspelt tool, agent or execution is refused with the near name; `even_if_unknown` locks a name that nobody has yet.",
      body: lockBody,
      reply: lockReply,
    },
    async ({ body: { even_if_unknown, ...asked }, caller }) => {
      const named = await checkScope(deps)(asked.scope, even_if_unknown);
      if (!named.ok) return named;
      const locked = await lockSystem(deps)(asked, caller.name);
      const warnings = [named.value, locked.warning].filter((each) => each !== undefined);
      return accept({ body: { ...locked, ...(warnings.length === 0 ? {} : { warning: warnings.join("; ") }) } });
    },
  ),
  endpoint(
    {
      ...holds,
      path: "/system/unlock",
      summary: "Lift a lock; a second person must do it",
      body: unlockBody,
      reply: unlockReply,
    },
    async ({ body, caller }) => {
      const unlocked = await unlockSystem(deps)(body, caller.name);
      return unlocked.ok ? accept({ body: unlocked.value }) : unlocked;
    },
  ),
  endpoint(
    {
      ...holds,
      method: "PUT",
      path: "/system/live",
      summary: "Switch LIVE on or off for the whole deployment; off lists the calls that can still run",
      body: liveBody,
      reply: liveReply,
    },
    async ({ body, caller }) => accept({ body: await switchLive(deps)(body, caller.name) }),
  ),
];
