import { type Reader, ShapeError } from "../decode";
import { type Fault, shapeFault } from "../link/link";
import { problem } from "./wire";

/**
 * What came of a request. `unknown` is no refusal: nobody here can say whether the server has acted, because no answer
 * came, or because it said so itself.
 */
export type Answer<T> = { ok: true; data: T } | { ok: false; status: number; unknown: boolean; fault: Fault };

export interface Asked {
  method?: "GET" | "POST" | "PATCH" | "DELETE";
  key?: string | null;
  body?: object;
  timeoutMs?: number;
}

const TIMEOUT_MS = 5_000;
const FILE_TIMEOUT_MS = 60_000;

/** Asks the server; the key goes into a header, never into the address. */
export function ask<T>(path: string, read: Reader<T>, asked: Asked = {}): Promise<Answer<T>> {
  return talk(path, asked, async (response) => read(await response.json()));
}

/** Reads a file of the server's whole. */
export function askFile(path: string, key: string | null): Promise<Answer<Blob>> {
  return talk(path, { key, timeoutMs: FILE_TIMEOUT_MS }, (response) => response.blob());
}

async function talk<T>(path: string, asked: Asked, take: (response: Response) => Promise<T>): Promise<Answer<T>> {
  const headers: Record<string, string> = {};
  if (asked.key != null) headers.Authorization = `Bearer ${asked.key}`;
  if (asked.body !== undefined) headers["Content-Type"] = "application/json";
  const request: RequestInit = {
    method: asked.method ?? "GET",
    headers,
    cache: "no-store",
    credentials: "omit",
    signal: AbortSignal.timeout(asked.timeoutMs ?? TIMEOUT_MS),
  };
  if (asked.body !== undefined) request.body = JSON.stringify(asked.body);
  let status = 0;
  try {
    const response = await fetch(path, request);
    status = response.status;
    if (response.ok) return { ok: true, data: await take(response) };
    const { code, detail } = problem(await response.json());
    return { ok: false, status, unknown: code === "outcome_unknown", fault: faultOf(code, detail) };
  } catch (error) {
    if (error instanceof ShapeError) return { ok: false, status, unknown: true, fault: shapeFault(error.message) };
    const detail = error instanceof Error && error.name === "TimeoutError" ? "no answer in time" : "no answer";
    return {
      ok: false,
      status,
      unknown: true,
      fault: { code: "NO_ANSWER", detail, next: "Is the server running? `strikeline status` says it." },
    };
  }
}

/** A problem's detail says what is wrong and, behind the last semicolon, what to do. */
function faultOf(code: string, detail: string): Fault {
  const cut = detail.lastIndexOf("; ");
  const remedy = cut < 0 ? "nothing was changed" : detail.slice(cut + 2);
  const next =
    code === "key_unknown" || code === "key_required"
      ? "Give another API key."
      : `${remedy[0]?.toUpperCase()}${remedy.slice(1)}.`;
  return { code, detail: cut < 0 ? detail : detail.slice(0, cut), next };
}
