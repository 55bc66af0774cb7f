import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import type { Plugin } from "vite";

/** Writes THIRD-PARTY-NOTICES beside the bundle: every package whose code is in it, with its licence and notice. */
export function notices(): Plugin {
  return {
    name: "third-party-notices",
    apply: "build",
    generateBundle(_, bundle) {
      const homes = new Set<string>();
      for (const output of Object.values(bundle)) {
        if (output.type === "chunk") {
          for (const id of output.moduleIds) {
            const home = packageHome(id);
            if (home !== undefined) homes.add(home);
          }
        }
      }
      const sections = [...homes].map(section).sort();
      this.emitFile({ type: "asset", fileName: "THIRD-PARTY-NOTICES.txt", source: sections.join(`\n${RULE}\n\n`) });
    },
  };
}

const RULE = "-".repeat(80);

function packageHome(moduleId: string): string | undefined {
  const marker = `node_modules${sep}`;
  const at = moduleId.lastIndexOf(marker);
  if (at < 0) return undefined;
  let home = dirname(moduleId.split("?")[0]!);
  while (home.length >= at + marker.length) {
    const manifest = join(home, "package.json");
    if (existsSync(manifest) && "version" in JSON.parse(readFileSync(manifest, "utf8"))) return home;
    home = dirname(home);
  }
  return undefined;
}

function section(home: string): string {
  const { name, version, license } = JSON.parse(readFileSync(join(home, "package.json"), "utf8"));
  const texts = readdirSync(home)
    .filter((file) => /^(licen[cs]e|notice|copying)/i.test(file))
    .map((file) => readFileSync(join(home, file), "utf8").trim());
  // Texts that a package owes its users but leaves out of what it publishes: taken from its repository, word for word.
  const apart = join(import.meta.dirname, "notices", `${name}.txt`);
  if (existsSync(apart)) texts.unshift(readFileSync(apart, "utf8").trim());
  if (texts.length === 0) throw new Error(`${name} ${version} ships no licence text: add it as ${apart}`);
  return `${name} ${version} (${license})\n\n${texts.join("\n\n")}\n`;
}
