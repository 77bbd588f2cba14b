/**
 * A schema's word for an array whose order means nothing, and which may name an item twice. `uniqueItems` would refuse
 * that: a mail to the same address twice is one that services take. It checks nothing; calls are compared by it.
 */
export const SET = "x-buddy-set";
