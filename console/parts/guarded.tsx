import type { ComponentChildren } from "preact";
import { useEffect, useErrorBoundary } from "preact/hooks";
import { Notice } from "./notice.tsx";

/**
 * Says so where a page cannot be shown, because an answer is not of the form that this console knows, for one. Without it
 * the page would stand as it was, and nobody would know. At another address, of which its query is a part, it is tried again.
 */
export const Guarded = ({ at, children }: { readonly at: string; readonly children: ComponentChildren }) => {
  const [fault, tryAgain] = useErrorBoundary();
  useEffect(tryAgain, [at]);
  if (fault === undefined) return <>{children}</>;
  return (
    <Notice weight="stop">
      <h1>This page cannot be shown</h1>
      <p>
        Its server may have answered as another version of it does:{" "}
        <code>{fault instanceof Error ? fault.message : String(fault)}</code>
      </p>
      <p>
        <button type="button" class="button" onClick={() => location.reload()}>
          Load the console anew
        </button>{" "}
        You sign in again then. Other pages, and <em>Stop</em>, go on as they were.
      </p>
    </Notice>
  );
};
