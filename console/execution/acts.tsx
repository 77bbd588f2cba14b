import { useContext, useState } from "preact/hooks";
import { isSamePerson } from "../../shared/plan/same-person.ts";
import { plural } from "../../shared/shown/words.ts";
import type { Api } from "../client/api.ts";
import { useDraft } from "../client/draft.ts";
import { usePolled } from "../client/polled.ts";
import { useAct } from "../parts/act.tsx";
import { Line } from "../parts/line.tsx";
import { Refusal } from "../parts/notice.tsx";
import { useMay, You } from "../parts/permitted.tsx";
import { Press, SAY_WHY } from "../parts/press.tsx";
import { StillRunning, type Stopped } from "../stop/still-running.tsx";

type Act = "abort" | "resume" | "rollback";

const ACTS: Readonly<Record<Act, { readonly name: string; readonly done: string; readonly says: string }>> = {
  abort: {
    name: "Abort",
    done: "Told to stop.",
    says: "Nothing new starts. Calls under way can still end, and so can a roll back; what else was done stands.",
  },
  resume: { name: "Resume", done: "Goes on.", says: "Takes up what a lock held, once no lock applies to it any more." },
  rollback: { name: "Roll back", done: "Is rolled back.", says: "Undoes in reverse order what can be undone:" },
};

type ActsProps = {
  readonly api: Api;
  readonly id: string;
  readonly status: string;
  readonly submitted_by: string;
  readonly acted: () => void;
};

const possibleAt = (status: string): readonly Act[] =>
  status === "RUNNING" ? ["abort"] : status === "LOCKED" ? ["resume", "abort"] : ["rollback"];

/** The acts on an execution: an operator's, and its submitter's who may stop it, each with its reason. */
export const Acts = ({ api, id, status, submitted_by, acted }: ActsProps) => {
  const [open, setOpen] = useState<Act | null>(null);
  const [stopped, setStopped] = useState<Stopped>();
  const operates = useMay("executions:operate");
  const submits = useMay("executions:write");
  const you = useContext(You);
  const isOwn = submits && you !== undefined && isSamePerson(submitted_by, you.name);
  const possible = possibleAt(status).filter((act) => operates || (isOwn && act === "abort"));
  return (
    <div class="acts">
      <div class="buttons">
        {possible.map((act) => (
          <button
            type="button"
            class={act === "resume" ? "button" : "button button-reject"}
            key={act}
            aria-expanded={open === act}
            onClick={() => setOpen(open === act ? null : act)}
          >
            {ACTS[act].name} …
          </button>
        ))}
      </div>
      {open === null || !possible.includes(open) ? null : (
        <ActForm
          key={open}
          api={api}
          id={id}
          act={open}
          done={(answer) => {
            setOpen(null);
            setStopped(answer);
            acted();
          }}
        />
      )}
      {/* An execution that has ended waits for none of its calls. */}
      {stopped && <StillRunning stopped={status === "RUNNING" ? stopped : { ...stopped, calls: [] }} />}
    </div>
  );
};

type FormProps = {
  readonly api: Api;
  readonly id: string;
  readonly act: Act;
  readonly done: (stopped?: Stopped) => void;
};

const ActForm = ({ api, id, act, done }: FormProps) => {
  const [reason, setReason] = useDraft(`${act} ${id}`);
  const { send, refused } = useAct();
  const off = reason.trim() === "";
  const ask = (): void => {
    void send(api.actOn(id, act, { reason: reason.trim() }), ACTS[act].done, ({ can_still_run, warning }) => {
      setReason("");
      done(can_still_run && { calls: can_still_run, at: Date.now(), warning });
    });
  };
  return (
    <form
      class="act-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (!off) ask();
      }}
    >
      <p>{ACTS[act].says}</p>
      {act === "rollback" ? <Preview api={api} id={id} /> : null}
      {refused}
      <Line label="Why; kept in the audit" value={reason} write={setReason} />
      <Press look="button-reject" why={off ? SAY_WHY : null}>
        {ACTS[act].name}
      </Press>
    </form>
  );
};

const ONCE = 86_400;
const TONES = { undo: "held", ask: "waiting", stay: "plain" } as const;
const WOULD = { undo: "would be undone", ask: "a person is asked first", stay: "stays" } as const;

/** The answer to every call that stands, as a roll back would give it: shown before it does. */
const Preview = ({ api, id }: Pick<FormProps, "api" | "id">) => {
  const { value, problem } = usePolled(`rollback ${id}`, () => api.rollbackPreview(id), ONCE);
  if (problem !== undefined) return <Refusal problem={problem} />;
  if (value === undefined) return null;
  if (value.steps.length === 0) return <p>Nothing stands that could be undone.</p>;
  return (
    <ul class="preview">
      {value.steps.map((step) => (
        <li key={step.step_id}>
          <span class={`tag tone-${TONES[step.would]}`}>{step.would}</span> <code>{step.step_id}</code> {step.tool_name}
          : {WOULD[step.would]}, {step.why}
        </li>
      ))}
      {value.more_steps === 0 ? null : <li>and {plural(value.more_steps, "more call")}</li>}
    </ul>
  );
};
