import { toneOf } from "../../shared/shown/tones.ts";

/** Each risk has a form of its own beside its word and its colour. */
const SHAPES: Readonly<Record<string, string>> = { HIGH: "▲", MEDIUM: "◆", LOW: "●" };

export const Risk = ({ level }: { readonly level: string }) => (
  <span class={`risk tone-${toneOf(level)}`}>
    <span aria-hidden="true" class="shape">
      {SHAPES[level] ?? "■"}
    </span>
    {level}
    <span class="for-readers"> risk</span>
  </span>
);

/** A state or a status. */
export const Tag = ({ word }: { readonly word: string }) => (
  <span class={`tag tone-${toneOf(word)}`}>{word.replaceAll("_", " ")}</span>
);
