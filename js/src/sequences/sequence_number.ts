import { formatCount } from "../shared/text";

/** The number of a sequence as it is written in the page: from 0, as in Python, so that it can be used there. */
export function sequenceNumber(sequence: number): string {
  return formatCount(sequence);
}
