import { render } from "preact";
import { useCallback, useEffect, useState } from "preact/hooks";
import { App } from "./app.tsx";
import { howToSignIn, type Session, type SignedOut, type SignInWay } from "./client/session.ts";
import { goToIssuer, signInAtIssuer, takeReturn } from "./client/sign-in-at-issuer.ts";
import { codeIn, signInByLink, takeLinkCode } from "./client/sign-in-by-link.ts";
import { Line } from "./parts/line.tsx";
import { Verify } from "./verify/verify.tsx";

type State =
  | { readonly kind: "arriving" }
  | { readonly kind: "out"; readonly why: string | null; readonly way: SignInWay | null }
  | { readonly kind: "in"; readonly session: Session; readonly way: SignInWay | null };

const code = takeLinkCode();
const returned = takeReturn();

const stateOf = (found: Session | SignedOut, way: SignInWay | null): State =>
  "why" in found ? { kind: "out", why: found.why, way } : { kind: "in", session: found, way };

const NO_ANSWER = "The server gives no answer.";

const arrive = async (): Promise<State> => {
  let way: SignInWay | null = null;
  try {
    way = await howToSignIn();
    if (way.kind === "link" && code !== null) return stateOf(await signInByLink(code), way);
    if (way.kind === "code" && returned !== null) return stateOf(await signInAtIssuer(way, returned), way);
    return { kind: "out", why: null, way };
  } catch {
    return { kind: "out", why: NO_ANSWER, way };
  }
};

const Console = () => {
  const [state, setState] = useState<State>({ kind: "arriving" });
  useEffect(() => {
    void arrive().then(setState);
  }, []);
  const signedOut = useCallback(
    (why: string) => setState((was) => ({ kind: "out", why, way: was.kind === "arriving" ? null : was.way })),
    [],
  );
  switch (state.kind) {
    case "arriving":
      return (
        <main class="door">
          <p>Signing in …</p>
        </main>
      );
    case "out":
      return (
        <Door
          why={state.why}
          way={state.way}
          enter={(pasted) => {
            const { way } = state;
            signInByLink(codeIn(pasted))
              .then((found) => setState(stateOf(found, way)))
              .catch(() => setState({ kind: "out", why: NO_ANSWER, way }));
          }}
        />
      );
    case "in":
      return <App session={state.session} signedOut={signedOut} />;
  }
};

type DoorProps = {
  readonly why: string | null;
  readonly way: SignInWay | null;
  /** With a link that was pasted: who opens it instead would leave what was written here. */
  readonly enter: (pasted: string) => void;
};

/** How to come in, for who is not. */
const Door = ({ why, way, enter }: DoorProps) => (
  <main class="door">
    <h1>Buddy</h1>
    {why === null ? null : <p role="alert">{why}</p>}
    {way?.kind === "link" ? <Pasted enter={enter} /> : null}
    {way?.kind === "code" ? (
      <p>
        <button type="button" class="button" onClick={() => void goToIssuer(way)}>
          Sign in
        </button>
      </p>
    ) : null}
    {way?.kind === "none" ? (
      <p>
        Nobody said how people sign in here: whoever deploys sets <code>console_sign_in</code>.
      </p>
    ) : null}
    <details>
      <summary>Verify a saved execution, without signing in</summary>
      <Verify api={undefined} query="" />
    </details>
    <p class="quiet">Your token is in this page's memory alone: loaded anew, or closed, it forgets it.</p>
  </main>
);

const Pasted = ({ enter }: Pick<DoorProps, "enter">) => {
  const [pasted, setPasted] = useState("");
  return (
    <form
      class="filters"
      onSubmit={(event) => {
        event.preventDefault();
        if (pasted.trim() !== "") enter(pasted);
      }}
    >
      <p>
        In the terminal of this machine, <code>buddy console</code> prints a link that signs you in. It works once,
        within ten minutes. Opened, or pasted here: then what you were writing is still there.
      </p>
      <Line label="The link" value={pasted} write={setPasted} kind="labelled wide" />
      <button type="submit" class="button">
        Sign in
      </button>
    </form>
  );
};

const root = document.getElementById("console");
if (root !== null) render(<Console />, root);
