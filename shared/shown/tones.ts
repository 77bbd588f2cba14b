/** The weight of a word that Buddy knows, for who shows it in a colour: never by the colour alone, the word stays. */
export type Tone = "alarming" | "bad" | "waiting" | "held" | "good" | "going" | "faint" | "plain";

/** Of a risk, a state, a status. Words that are not known stay plain. */
export const toneOf = (word: string): Tone => {
  switch (word) {
    case "HIGH":
    case "POOR":
    case "failed":
    case "FAILED":
    case "quarantined":
      return "alarming";
    case "ABORTED":
    case "rejected":
    case "expired":
    case "voided":
    case "disabled":
      return "bad";
    case "MEDIUM":
    case "FAIR":
    case "AWAITING_APPROVAL":
    case "INCOMPLETE":
    case "open":
    case "pending":
    case "waiting":
      return "waiting";
    case "LOCKED":
    case "ROLLBACK":
    case "ROLLED_BACK":
    case "edited":
      return "held";
    case "LOW":
    case "LIVE":
    case "EXCELLENT":
    case "GOOD":
    case "SUCCEEDED":
    case "approved":
    case "resolved":
    case "delivered":
    case "active":
    case "good":
      return "good";
    case "DRY_RUN":
    case "RUNNING":
      return "going";
    case "MOCK":
      return "faint";
    default:
      return "plain";
  }
};
