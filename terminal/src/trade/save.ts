import type { Fault } from "../link/link";
import { askFile } from "./rest";
import { session } from "./session";

/** Saves a file of the account's; what went wrong, where something did. The key is sent in a header. */
export async function save(file: "orders" | "fills" | "balances"): Promise<Fault | null> {
  return saveFile(file, `account-${session.account().number}-`);
}

/** Saves a file that this tab's key may read. */
export async function saveFile(file: string, prefix = ""): Promise<Fault | null> {
  const answer = await askFile(`api/v1/export/${file}.csv`, session.key());
  if (!answer.ok) return answer.fault;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(answer.data);
  link.download = `strikeline-${prefix}${file}.csv`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  return null;
}
