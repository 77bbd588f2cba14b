import { render } from "preact";
import { useCallback, useEffect, useState } from "preact/hooks";
import { App } from "./app.tsx";
import { howToSignIn, type Session, signInByLink, takeCode } from "./client/session.ts";

type State =
  | { readonly kind: "arriving" }
  | { readonly kind: "out"; readonly why: string | null }
  | { readonly kind: "in"; readonly session: Session };

const code = takeCode();

const arrive = async (): Promise<State> => {
  if (code !== null) {
    const found = await signInByLink(code);
    return "why" in found ? { kind: "out", why: found.why } : { kind: "in", session: found };
  }
  await howToSignIn();
  return { kind: "out", why: null };
};

const Console = () => {
  const [state, setState] = useState<State>({ kind: "arriving" });
  useEffect(() => {
    arrive()
      .catch((): State => ({ kind: "out", why: "the server gives no answer" }))
      .then(setState);
  }, []);
  const signedOut = useCallback((why: string) => setState({ kind: "out", why }), []);
  switch (state.kind) {
    case "arriving":
      return (
        <main class="door">
          <p>Signing in …</p>
        </main>
      );
    case "out":
      return <Door why={state.why} />;
    case "in":
      return <App session={state.session} signedOut={signedOut} />;
  }
};

/** How to come in, for who is not. */
const Door = ({ why }: { readonly why: string | null }) => (
  <main class="door">
    <h1>Buddy</h1>
    {why === null ? null : <p role="alert">{why}</p>}
    <p>
      In the terminal of this machine, <code>buddy console</code> prints a link that signs you in. It works once, within
      ten minutes.
    </p>
    <p class="quiet">
      Who signed in is kept in this page's memory only: loading the page anew, or closing it, forgets it.
    </p>
  </main>
);

const root = document.getElementById("console");
if (root !== null) render(<Console />, root);
