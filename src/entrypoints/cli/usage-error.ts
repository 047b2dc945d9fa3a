/** Something is wrong with the command line; the message says what. */
export class UsageError extends Error {}
