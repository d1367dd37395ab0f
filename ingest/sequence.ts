/** Stands for an acknowledgement number that is not known; no number of TCP is as large. */
export const NO_ACK = 2 ** 32;
