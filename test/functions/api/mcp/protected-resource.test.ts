import { expect, it } from "vitest";
import { mcpEndpoints } from "../../../../functions/api/mcp/endpoints.ts";
import { protectedResource } from "../../../../functions/api/mcp/protected-resource.ts";
import { createRouter } from "../../../../functions/api/router.ts";
import { harness } from "../harness.ts";

const WELL_KNOWN = "/.well-known/oauth-protected-resource";

it("a deployment says to everybody where a client gets an agent's token", async () => {
  const { deps } = await harness();
  const door = { issuer: "https://issuer.example/", scope_prefix: "buddy/" };
  const told = { ...deps, policy: { ...deps.policy, door } };
  const app = createRouter(told, { identify: () => undefined, serves: mcpEndpoints, open: protectedResource });
  for (const path of [WELL_KNOWN, `${WELL_KNOWN}/mcp`]) {
    const answer = await app.request(`https://api.example${path}`);
    expect(await answer.json()).toMatchObject({
      resource: "https://api.example/mcp",
      authorization_servers: ["https://issuer.example/"],
      scopes_supported: ["buddy/agent"],
    });
  }
  expect((await app.request(WELL_KNOWN, { method: "POST" })).status).toBe(405);
});

it("one machine, which has no issuer, says nothing", async () => {
  const { router } = await harness();
  expect((await router.request(WELL_KNOWN)).status).toBe(404);
});
