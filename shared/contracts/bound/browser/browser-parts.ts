import {
  type BoundAction,
  type BoundAddress,
  type BoundElement,
  type BrowserBinding,
  elementOfAction,
} from "../../binding/browser/browser-binding.ts";
import type { Reference } from "../../binding/reference.ts";
import type { SecretFamily } from "../../binding/secret-family.ts";
import type { UsedSecret } from "../../binding/used-secret.ts";
import { type ToolContractInput, writes } from "../../tool-contract.ts";

/** The actions of the call, and those of its look-up. */
export const visitsOf = ({ actions, look_up }: BrowserBinding): { at: string; actions: readonly BoundAction[] }[] => [
  { at: "/binding/actions", actions },
  ...(look_up === undefined ? [] : [{ at: "/binding/look_up/actions", actions: look_up.actions }]),
];

/** Every element that a binding names, with its place. Those of signing in take no places. */
export const elementsOf = (binding: BrowserBinding): { at: string; element: BoundElement }[] => {
  const { done_when, sign_in } = binding;
  return [
    ...visitsOf(binding).flatMap(({ at, actions }) =>
      actions.flatMap((action, index) => {
        const found = elementOfAction(action);
        return found === undefined ? [] : [{ at: `${at}/${index}/${found.part}`, element: found.element }];
      }),
    ),
    ...(done_when === undefined ? [] : [{ at: "/binding/done_when", element: done_when }]),
    ...(sign_in === undefined
      ? []
      : [
          ...sign_in.actions.map((action, index) =>
            "fill" in action
              ? { at: `/binding/sign_in/actions/${index}/fill`, element: action.fill }
              : { at: `/binding/sign_in/actions/${index}/click`, element: action.click },
          ),
          { at: "/binding/sign_in/signed_in_when", element: sign_in.signed_in_when },
        ]),
  ];
};

type Placed = { readonly at: string; readonly url: BoundAddress; readonly knows: readonly Reference["source"][] };

/** Every address that a binding opens, with what is known when it does. */
export const addressesOf = ({ open, look_up, sign_in }: BrowserBinding): Placed[] => [
  ...(open === undefined ? [] : [{ at: "/binding/open", url: open, knows: ["$arg"] as const }]),
  ...(look_up === undefined
    ? []
    : [{ at: "/binding/look_up/open", url: look_up.open, knows: ["$arg", "$key"] as const }]),
  ...(sign_in === undefined ? [] : [{ at: "/binding/sign_in/open", url: sign_in.open, knows: [] }]),
];

/** The secrets of signing in: for reading in DRY_RUN, and for writing where the tool acts. */
export const browserSecrets = (contract: ToolContractInput, { sign_in }: BrowserBinding): UsedSecret[] => {
  const families: SecretFamily[] = writes(contract) ? ["read", "write"] : ["read"];
  return (sign_in?.actions ?? []).flatMap((action, index) =>
    "secret" in action
      ? families.map((family) => ({ family, name: action.secret, path: `/binding/sign_in/actions/${index}/secret` }))
      : [],
  );
};
