import { useEffect, useId, useRef, useState } from "preact/hooks";
import { plural } from "../../shared/shown/words.ts";
import type { VerificationReport } from "../../shared/verification/finding.ts";
import type { Api } from "../client/api.ts";
import { announce } from "../parts/announce.tsx";
import { Line } from "../parts/line.tsx";
import { Notice } from "../parts/notice.tsx";
import { Press } from "../parts/press.tsx";
import { chosenFiles, droppedFiles, type Found } from "./dropped.ts";
import { Report } from "./report.tsx";

/** Fetched where somebody may verify, for no server may be there by then: nobody else has to load it. */
const verifier = () => import("./verifier.ts");

/** Everything that a person has named to be verified, and with which key. */
type Named = { readonly id: string; readonly pem: string; readonly files: readonly Found[] };
type Told = "working" | VerificationReport | { readonly why: string };

type VerifyProps = {
  /** Undefined: nobody is signed in, and only what is dropped can be looked at. */
  readonly api: Api | undefined;
  readonly query: string;
};

/** The auditor's page: this browser recomputes everything itself, against a key that the auditor has from elsewhere. */
export const Verify = ({ api, query }: VerifyProps) => {
  const [named, setNamed] = useState<Named>({
    id: new URLSearchParams(query).get("execution") ?? "",
    pem: "",
    files: [],
  });
  const [over, setOver] = useState(false);
  const [said, setSaid] = useState<{ readonly of: Named; readonly told: Told }>();
  const field = useId();
  const now = useRef(named);
  now.current = named;
  const picker = useRef<HTMLInputElement>(null);
  useEffect(() => {
    picker.current?.setAttribute("webkitdirectory", "");
    // Where it cannot be fetched, whoever presses Verify is told.
    verifier().catch(() => undefined);
  }, []);
  // A report stands beside nothing else than what it is of.
  const state = said?.of === named ? said.told : "idle";
  const { id, pem, files } = named;
  // Of an execution and a folder the one that was named last is verified.
  const take = (found: readonly Found[]): void => setNamed({ ...now.current, id: "", files: found });
  const unpick = (): void => {
    if (picker.current !== null) picker.current.value = "";
  };
  const verify = async (): Promise<void> => {
    const say = (told: Told): boolean => {
      const current = now.current === named;
      if (current) setSaid({ of: named, told });
      return current;
    };
    say("working");
    try {
      const { verifyAt, verifyFound } = await verifier();
      const report = await (files.length > 0 || api === undefined
        ? verifyFound(files, pem)
        : verifyAt(api, id.trim(), pem));
      if (say(report)) announce(`${report.verdict}.`);
    } catch (error) {
      say({ why: error instanceof Error ? error.message : String(error) });
    }
  };
  const nothing = files.length === 0 && (api === undefined || id.trim() === "");
  const missing = !nothing
    ? null
    : api === undefined
      ? "choose a folder first"
      : "name an execution or choose a folder first";
  return (
    <div class="sheet verify">
      <h1>Verify</h1>
      <p>
        Recomputes every chain, transition, digest and signature of an execution in this browser. It believes nobody but
        the public key: give the one you got from whoever answers for it, not from the server.
      </p>
      <form
        class="stop-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (!nothing && state !== "working") void verify();
        }}
      >
        {api === undefined ? null : (
          <Line
            label="Execution"
            value={id}
            write={(typed) => {
              unpick();
              setNamed({ ...named, id: typed, files: [] });
            }}
          />
        )}
        {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is a shortcut beside the button, which opens the same */}
        <div
          class={over ? "drop drop-over" : "drop"}
          onDragOver={(event) => {
            event.preventDefault();
            setOver(true);
          }}
          onDragLeave={() => setOver(false)}
          onDrop={(event) => {
            event.preventDefault();
            setOver(false);
            if (event.dataTransfer === null) return;
            unpick();
            void droppedFiles(event.dataTransfer).then(take);
          }}
        >
          <label htmlFor={`${field}-files`}>
            {api === undefined ? "The" : "Or the"} folder that <code>buddy artifacts</code> saved: drop it here, or
            choose it
          </label>
          <input
            id={`${field}-files`}
            type="file"
            multiple
            ref={picker}
            onChange={(event) => take(chosenFiles(event.currentTarget.files ?? []))}
          />
          {files.length === 0 ? null : <p>{plural(files.length, "file")}: no server is asked.</p>}
        </div>
        <label class="labelled">
          <span>Public key (PEM)</span>
          <textarea
            rows={4}
            value={pem}
            spellcheck={false}
            placeholder="-----BEGIN PUBLIC KEY-----"
            onInput={(event) => setNamed({ ...named, pem: event.currentTarget.value })}
          />
        </label>
        <Press why={missing} busy={state === "working"}>
          {state === "working" ? "Recomputing …" : "Verify"}
        </Press>
      </form>
      {typeof state === "string" ? null : "why" in state ? (
        <Notice weight="stop">{state.why}</Notice>
      ) : (
        <Report report={state} keyGiven={pem.trim() !== ""} />
      )}
    </div>
  );
};
