import { useEffect, useId, useRef, useState } from "preact/hooks";
import type { SystemState } from "../../functions/api/schemas.ts";
import type { LockScope } from "../../shared/execution/lock/lock.ts";
import { plural } from "../../shared/shown/words.ts";
import type { Api } from "../client/api.ts";
import { useDraft } from "../client/draft.ts";
import { usePolled } from "../client/polled.ts";
import { useAct } from "../parts/act.tsx";
import { announce } from "../parts/announce.tsx";
import { Line } from "../parts/line.tsx";
import { Person } from "../parts/person.tsx";
import { Press, SAY_WHY } from "../parts/press.tsx";
import { Text } from "../parts/text.tsx";
import { Moment } from "../parts/time.tsx";
import { Live } from "./live.tsx";
import { StillRunning, type Stopped } from "./still-running.tsx";

type StopProps = {
  readonly api: Api;
  /** The execution that is looked at, to be offered as the scope. */
  readonly execution: string | null;
  readonly close: () => void;
  readonly acted: () => void;
};

type Kind = LockScope["kind"];

/** While it is open, what runs is looked at often. */
const SECONDS = 3;

const scopeOf = (kind: Kind, name: string): LockScope => {
  switch (kind) {
    case "everything":
      return { kind };
    case "tool":
      return { kind, tool_name: name };
    case "agent":
      return { kind, agent_id: name };
    case "execution":
      return { kind, execution_id: name };
  }
};

/** The kill switch: what to stop, how, and why; then the calls that can still run, until none can. */
export const Stop = ({ api, execution, close, acted }: StopProps) => {
  const dialog = useRef<HTMLDialogElement>(null);
  const { value: state, at, again } = usePolled("system while stopping", () => api.system(), SECONDS);
  const [stopped, setStopped] = useState<Stopped | null>(null);
  const id = useId();
  useEffect(() => dialog.current?.showModal(), []);
  const changed = (): void => {
    again();
    acted();
  };
  const nowStopped = (done: Stopped): void => {
    setStopped(done);
    announce(`Stopped. ${plural(done.calls.length, "call")} can still run.`);
    changed();
  };
  return (
    <dialog class="stop-dialog" ref={dialog} aria-labelledby={id} onClose={close}>
      <div class="dialog-head">
        <h2 id={id}>Stop calls</h2>
        <button type="button" class="button button-quiet" onClick={() => dialog.current?.close()}>
          Close
        </button>
      </div>
      {stopped === null ? (
        <StopForm api={api} execution={execution} stopped={nowStopped} />
      ) : (
        <StillRunning stopped={stopped} state={state} at={at} />
      )}
      <Locks api={api} state={state} acted={changed} />
      {state === undefined ? null : <Live api={api} enabled={state.live_enabled} off={nowStopped} on={changed} />}
    </dialog>
  );
};

type FormProps = Pick<StopProps, "api" | "execution"> & { readonly stopped: (stopped: Stopped) => void };

const KINDS: readonly (readonly [Kind, string])[] = [
  ["everything", "Everything"],
  ["execution", "One execution"],
  ["tool", "One tool"],
  ["agent", "One agent"],
];

const StopForm = ({ api, execution, stopped }: FormProps) => {
  const [kind, setKind] = useState<Kind>(execution === null ? "everything" : "execution");
  const [name, setName] = useState(execution ?? "");
  const [mode, setMode] = useState("stop_forward");
  const [reason, setReason] = useDraft("stop");
  const { send, refused } = useAct(
    "the lock may hold all the same. It is listed below once the server is heard again.",
  );
  const missing = reason.trim() === "" ? SAY_WHY : kind !== "everything" && name.trim() === "" ? "name it first" : null;
  const stop = (): void => {
    const locked = api.lock(scopeOf(kind, name.trim()), mode, reason.trim());
    void send(locked, undefined, ({ can_still_run, warning }) => {
      setReason("");
      stopped({ calls: can_still_run, at: Date.now(), warning });
    });
  };
  return (
    <form
      class="stop-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (missing === null) stop();
      }}
    >
      {refused}
      <fieldset>
        <legend>What</legend>
        {KINDS.map(([each, words]) => (
          <label class="check" key={each}>
            <input type="radio" name="scope" checked={kind === each} onChange={() => setKind(each)} /> {words}
          </label>
        ))}
      </fieldset>
      {kind === "everything" ? null : <Line label="Its name" value={name} write={setName} />}
      <fieldset>
        <legend>How</legend>
        <label class="check">
          <input type="radio" name="mode" checked={mode === "stop_forward"} onChange={() => setMode("stop_forward")} />{" "}
          nothing new; roll backs go on
        </label>
        <label class="check">
          <input type="radio" name="mode" checked={mode === "freeze_all"} onChange={() => setMode("freeze_all")} />{" "}
          freeze it all, roll backs too
        </label>
      </fieldset>
      <Line label="Why; kept in the audit" value={reason} write={setReason} />
      <div class="buttons">
        <Press look="button-stop" why={missing}>
          Stop {kind === "everything" ? "everything" : "it"}
        </Press>
      </div>
    </form>
  );
};

type LocksProps = { readonly api: Api; readonly state: SystemState | undefined; readonly acted: () => void };

/** The locks that hold, each with the way to lift it: a second person must. */
const Locks = ({ api, state, acted }: LocksProps) => {
  const [reason, setReason] = useState("");
  const { send, refused } = useAct();
  if (state === undefined || state.locks.length === 0) return null;
  const unlock = (scope: LockScope): void => {
    void send(api.unlock(scope, reason.trim()), "Unlocked. What is held can be resumed.", () => {
      setReason("");
      acted();
    });
  };
  return (
    <section class="locks" aria-label="Locks that hold">
      <h3 class="label">Locked now</h3>
      {refused}
      <ul>
        {state.locks.map((lock) => (
          <li key={lock.lock_id}>
            <p>
              <strong>{lock.lock_id}</strong> by <Person id={lock.locked_by} />, <Moment at={lock.locked_at} />:{" "}
              <Text text={lock.reason} />
            </p>
            <Press why={reason.trim() === "" ? "say why below first" : null} press={() => unlock(lock.scope)}>
              Unlock {lock.lock_id}
            </Press>
          </li>
        ))}
      </ul>
      <Line label="Why it may go on; somebody else than who locked must say it" value={reason} write={setReason} />
    </section>
  );
};
