/** Enough of a token or a market to tell two apart: a ticker stands whole, a long number is cut. */
export function shortId(id: string): string {
  return id.length <= 32 ? id : `${id.slice(0, 6)}…${id.slice(-4)}`;
}
