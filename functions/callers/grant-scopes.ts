import { z } from "zod";
import { SCOPES } from "../../shared/scopes.ts";

/** The event that Cognito sends before it makes the tokens of somebody who signed in; version two of its event. */
const signingIn = z.looseObject({
  request: z.looseObject({
    groupConfiguration: z.looseObject({ groupsToOverride: z.array(z.string()).nullish() }).nullish(),
  }),
});

/** The event itself, answered. */
export type Granted = {
  readonly response: {
    readonly claimsAndScopeOverrideDetails: {
      readonly accessTokenGeneration: { readonly scopesToSuppress: readonly string[] };
    };
  };
};

/**
 * A person's token carries a scope of this API only where the person is in the group of that name: an application asks
 * for what it likes, and who may have it is the administrator's word. A person in no group may do nothing here.
 * `SCOPE_PREFIX`: what stands before a scope in tokens.
 * @throws ZodError, and then nobody is signed in, where the event is not what Cognito sends
 */
export const grantScopes =
  ({ SCOPE_PREFIX }: { readonly SCOPE_PREFIX: string }) =>
  async (input: unknown): Promise<Granted> => {
    const event = signingIn.parse(input);
    const groups = event.request.groupConfiguration?.groupsToOverride ?? [];
    const scopesToSuppress = SCOPES.filter((scope) => !groups.includes(scope)).map((scope) => SCOPE_PREFIX + scope);
    return {
      ...event,
      response: { claimsAndScopeOverrideDetails: { accessTokenGeneration: { scopesToSuppress } } },
    };
  };
