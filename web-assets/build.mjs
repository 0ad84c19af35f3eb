// Builds dist/: one style sheet, one script module and the icons that the style sheet names.
// Nothing in dist asks for anything from outside: no web font, no map, no logo of the NHS.
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { compile } from "sass";

const here = dirname(fileURLToPath(import.meta.url));
const nhsuk = join(here, "node_modules", "nhsuk-frontend", "dist", "nhsuk");
const dist = join(here, "dist");

rmSync(dist, { recursive: true, force: true });
mkdirSync(join(dist, "images"), { recursive: true });

const css = compile(join(here, "src", "app.scss"), {
  loadPaths: [join(here, "node_modules", "nhsuk-frontend", "dist")],
  quietDeps: true,
  style: "compressed",
}).css;

const asked = [...css.matchAll(/url\(["']?([^"')]+)["']?\)/g)].map((found) => found[1]);
for (const url of new Set(asked)) {
  if (url.startsWith("data:")) continue;
  const icon = url.match(/^\/assets\/images\/([a-z-]+\.svg)$/);
  if (!icon) throw new Error(`the style sheet asks for ${url}: only our own icons may be asked for`);
  copyFileSync(join(nhsuk, "assets", "images", icon[1]), join(dist, "images", icon[1]));
}
if (css.includes("@font-face") || css.includes("Frutiger")) {
  throw new Error("the style sheet names a web font: set $nhsuk-font-family before the components are used");
}
writeFileSync(join(dist, "app.css"), css);

const script = readFileSync(join(nhsuk, "nhsuk-frontend.min.js"), "utf8");
writeFileSync(join(dist, "nhsuk-frontend.min.js"), script.replace(/\n?\/\/# sourceMappingURL=.*\s*$/, "\n"));
for (const name of ["supported.js", "favicon.svg"]) {
  copyFileSync(join(here, "src", name), join(dist, name));
}

// One script, so that its address changes with every part of it.
const scripts = ["app.js", "session.js"].map((name) => readFileSync(join(here, "src", name), "utf8"));
writeFileSync(join(dist, "app.js"), scripts.join("\n"));

console.log(`dist: app.css ${css.length} bytes, nhsuk-frontend.min.js ${script.length} bytes, ${asked.length} icon uses`);
