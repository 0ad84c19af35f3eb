// Makes the pictures of the README from a running demonstration: node journeys/pictures.mjs FOLDER
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { base, journey, signIn } from "./browser.mjs";

const folder = process.argv[2] ?? "../docs/pictures";
mkdirSync(folder, { recursive: true });
const shot = (page, name) => page.screenshot({ path: join(folder, `${name}.png`) });

await journey(async (page) => {
  await signIn(page, "gp");
  await page.goto(`${base}/worklist`);
  await page.locator("main .nhsuk-card__link").first().click();
  await shot(page, "worklist");
  await page.locator("main table a").first().click();
  await shot(page, "record");
  await page.getByRole("navigation", { name: "This person" }).getByRole("link", { name: "Timeline" }).click();
  await shot(page, "timeline");
});
await journey(async (page) => {
  await signIn(page, "commissioner");
  for (const name of ["Population groups", "Budget", "Outcomes"]) {
    await page.getByRole("navigation", { name: "Menu" }).getByRole("link", { name }).click();
    await shot(page, name.toLowerCase().replace(" ", "-"));
  }
});
