import { describe, expect, it } from "vitest";
import { grantScopes } from "../../../functions/callers/grant-scopes.ts";
import { SCOPES } from "../../../shared/scopes.ts";

const grant = grantScopes({ SCOPE_PREFIX: "buddy/" });
const signingIn = (groupsToOverride: readonly string[] | null, scopes: readonly string[] = []) => ({
  version: "2",
  triggerSource: "TokenGeneration_HostedAuth",
  userName: "ann",
  request: { userAttributes: { sub: "1" }, scopes, groupConfiguration: { groupsToOverride } },
  response: { claimsAndScopeOverrideDetails: null },
});
const all = SCOPES.map((scope) => `buddy/${scope}`);

/** The part that is left of every scope there is. */
const left = async (event: unknown): Promise<string[]> => {
  const { scopesToSuppress } = (await grant(event)).response.claimsAndScopeOverrideDetails.accessTokenGeneration;
  return all.filter((scope) => !scopesToSuppress.includes(scope));
};

describe("the scopes of somebody who signs in", () => {
  it("the scopes of somebody who signs in are those whose group an administrator put them in, whatever was asked for", async () => {
    expect(await left(signingIn(["read", "approvals:decide"], ["openid", ...all]))).toEqual([
      "buddy/approvals:decide",
      "buddy/read",
    ]);
    expect(await left(signingIn(["executions:operate"]))).toEqual(["buddy/executions:operate"]);
  });

  it.each([
    ["in no group", signingIn([])],
    ["with groups that are null", signingIn(null)],
    ["in groups of other names, alike or not", signingIn(["admins", "READ", "read ", "buddy/read"])],
    ["by an event that says nothing of groups", { request: {} }],
  ])("no scopes are left to somebody who signs in %s", async (_, event) => {
    expect(await left(event)).toEqual([]);
  });

  it("the scopes of somebody who signs in leave the rest of the event as Cognito sent it", async () => {
    const event = signingIn(["read"]);
    expect(await grant(event)).toMatchObject({ version: "2", userName: "ann", request: event.request });
  });

  it("the scopes of somebody who signs in are given to nobody where the event is another", async () => {
    await expect(grant({ request: { groupConfiguration: { groupsToOverride: "read" } } })).rejects.toThrow();
    await expect(grant({})).rejects.toThrow();
  });
});
