/** The person has stopped the command; the message says how far it came. */
export class Interrupted extends Error {}
