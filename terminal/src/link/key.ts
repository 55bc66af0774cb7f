const NAME = "strikeline.key";

/** Where the key is kept: as long as the tab, or in memory where the browser refuses to store it. */
export interface Place {
  get(): string | null;
  set(key: string | null): void;
}

/** The parts of a page's address that the key is taken from. */
export interface Address {
  hash: string;
  replace(hash: string): void;
}

/** Takes `token=…` out of the address's fragment; what else stood there stays. True where there was one. */
export function takeKey(address: Address, place: Place): boolean {
  const parts = address.hash.replace(/^#/, "").split("&");
  const found = parts.find((part) => part.startsWith("token="));
  if (found === undefined) return false;
  const rest = parts.filter((part) => !part.startsWith("token="));
  // Out of the address before anything else: it is copied, kept in the history, and read over shoulders.
  address.replace(rest.join("&"));
  const key = found.slice("token=".length);
  if (isKey(key)) place.set(key);
  return true;
}

/** What may be sent in a header: the server says whether it is anybody's. */
export function isKey(text: string): boolean {
  return /^[\w.~+/=-]{1,256}$/.test(text);
}

let unstored: string | null = null;

const tab: Place = {
  get: () => {
    try {
      return sessionStorage.getItem(NAME) ?? unstored;
    } catch {
      return unstored;
    }
  },
  set: (key) => {
    unstored = key;
    try {
      if (key === null) sessionStorage.removeItem(NAME);
      else sessionStorage.setItem(NAME, key);
    } catch {
      return;
    }
  },
};

/** The key of this tab; never in an address, a cookie, or anything that outlives the tab. */
export const key = tab;

if (typeof window !== "undefined") {
  const address: Address = {
    get hash() {
      return location.hash;
    },
    replace: (rest) => history.replaceState(null, "", location.pathname + location.search + (rest ? `#${rest}` : "")),
  };
  takeKey(address, tab);
  addEventListener("hashchange", () => takeKey(address, tab) && dispatchEvent(new Event("strikeline-key")));
}
