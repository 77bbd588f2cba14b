/** The question of a request of that kind, where it is not whether the call may be made; else nothing. */
export const kindWords = (kind: string): string => {
  switch (kind) {
    case "reconcile":
      return "Did this call happen? Its outcome is unknown.";
    case "reconcile_undo":
      return "Did the roll back of this call happen? Its outcome is unknown.";
    case "undo":
      return "Undo this call? What keeps it from being undone unasked is said below.";
    case "undo_failed":
      return "It could not be rolled back: undo it by hand, or accept it as it stands.";
    default:
      return "";
  }
};
