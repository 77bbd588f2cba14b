import { useEffect, useId, useState } from "preact/hooks";
import { plural } from "../../shared/shown/words.ts";
import type { VerificationReport } from "../../shared/verification/finding.ts";
import type { Api } from "../client/api.ts";
import { announce } from "../parts/announce.tsx";
import { Line } from "../parts/line.tsx";
import { Notice } from "../parts/notice.tsx";
import { Press } from "../parts/press.tsx";
import { chosenFiles, droppedFiles, evidenceOf, type Found } from "./dropped.ts";
import { Report } from "./report.tsx";

/** Fetched where somebody may verify, for no server may be there by then: nobody else has to load it. */
const verifier = () => import("./verifier.ts");

type VerifyProps = {
  /** Undefined: nobody is signed in, and only what is dropped can be looked at. */
  readonly api: Api | undefined;
  readonly query: string;
};

/** The auditor's page: this browser recomputes everything itself, against a key that the auditor has from elsewhere. */
export const Verify = ({ api, query }: VerifyProps) => {
  const [id, setId] = useState(new URLSearchParams(query).get("execution") ?? "");
  const [pem, setPem] = useState("");
  const [files, setFiles] = useState<readonly Found[]>([]);
  const [over, setOver] = useState(false);
  const [state, setState] = useState<"idle" | "working" | VerificationReport | { readonly why: string }>("idle");
  const field = useId();
  useEffect(() => {
    // Where it cannot be fetched, whoever presses Verify is told.
    verifier().catch(() => undefined);
  }, []);
  const verify = async (): Promise<void> => {
    setState("working");
    try {
      const { evidenceFrom, theOneIn, verifyEvidence } = await verifier();
      const one =
        files.length > 0 || api === undefined
          ? theOneIn(await evidenceOf(files))
          : { id: id.trim(), evidence: await evidenceFrom(api, id.trim()) };
      const report = await verifyEvidence(one.id, one.evidence, pem);
      announce(`${report.verdict}.`);
      setState(report);
    } catch (error) {
      setState({ why: error instanceof Error ? error.message : String(error) });
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
        {api === undefined ? null : <Line label="Execution" value={id} write={setId} />}
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
            if (event.dataTransfer !== null) void droppedFiles(event.dataTransfer).then(setFiles);
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
            ref={(input) => input?.setAttribute("webkitdirectory", "")}
            onChange={(event) => setFiles(chosenFiles(event.currentTarget.files ?? []))}
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
            onInput={(event) => setPem(event.currentTarget.value)}
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
