import { createContext, type VNode } from "preact";
import { useContext } from "preact/hooks";
import type { SystemState } from "../../functions/api/schemas.ts";
import type { Scope } from "../../shared/scopes.ts";

/** The reader of the page, with what their token carries; undefined until the API has said it. */
export const You = createContext<SystemState["you"] | undefined>(undefined);

/** Whether the token carries one of the scopes. As long as nobody knows, it may: a stop is kept from nobody. */
export const useMay = (...any: readonly Scope[]): boolean => {
  const you = useContext(You);
  return you === undefined || any.some((scope) => you.scopes.includes(scope));
};

type PermittedProps = { readonly scope: Scope; readonly children: VNode };

/** A part of the page that is offered only to a token with that scope. */
export const Permitted = ({ scope, children }: PermittedProps) => (useMay(scope) ? children : null);
