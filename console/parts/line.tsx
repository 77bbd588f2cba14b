type LineProps = {
  readonly label: string;
  readonly value: string;
  readonly write: (value: string) => void;
  /** How it is laid out; beneath its label unless said. */
  readonly kind?: "labelled" | "labelled wide" | "comment";
};

/** One line of text that a person writes, with its label. */
export const Line = ({ label, value, write, kind = "labelled" }: LineProps) => (
  <label class={kind}>
    <span>{label}</span>
    <input type="text" value={value} autocomplete="off" onInput={(event) => write(event.currentTarget.value)} />
  </label>
);
