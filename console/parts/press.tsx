import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

/** Nearly every act wants a reason, which the audit keeps. */
export const SAY_WHY = "say why first";

type PressProps = {
  /** Why it cannot be pressed now, and so what is to be done first. */
  readonly why: string | null;
  /** Without it the button sends its form, which must ask for `why` itself: Enter in a field sends it too. */
  readonly press?: () => void;
  /** Its look: "button-reject" and the like. */
  readonly look?: string | undefined;
  /** The act is under way: its button cannot be pressed, and nobody has to do anything about that. */
  readonly busy?: boolean;
  readonly expanded?: boolean | undefined;
  readonly children: ComponentChildren;
};

/** A button that says, beneath it and to who hears the page, why it cannot be pressed. It can be reached all the same. */
export const Press = ({ why, press, look, busy = false, expanded, children }: PressProps) => {
  const id = useId();
  const off = why !== null || busy;
  return (
    <span class="choice">
      <button
        type={press === undefined ? "submit" : "button"}
        class={look === undefined ? "button" : `button ${look}`}
        aria-disabled={off}
        aria-describedby={why === null ? undefined : id}
        aria-expanded={expanded}
        onClick={() => {
          if (!off) press?.();
        }}
      >
        {children}
      </button>
      {why === null ? null : (
        <span class="why-not" id={id}>
          {why}
        </span>
      )}
    </span>
  );
};
