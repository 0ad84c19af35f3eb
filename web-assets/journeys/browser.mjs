// What every journey does: a browser of its own, signing in, and looking at a page in the ways that matter.
//
// WSIC_URL       where the service runs (default http://127.0.0.1:8080)
// WSIC_PASSWORD  the password of the demonstration's accounts
// WSIC, WSIC_FOLDER   the binary and the deployment's folder, for journeys that take a file in
// WSIC_SHOTS     a folder for pictures of each page; none are taken without it
// CHROMIUM       the browser (default /usr/bin/chromium)
import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AxeBuilder } from "@axe-core/playwright";
import { chromium } from "playwright-core";

export const base = process.env.WSIC_URL ?? "http://127.0.0.1:8080";
const password = process.env.WSIC_PASSWORD ?? "";
const shots = process.env.WSIC_SHOTS ?? "";
const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
const standards = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** Why journeys cannot run here, or false. (An empty text would count as a reason and hide failures.) */
export function missing() {
  if (!existsSync(executablePath)) return `no browser at ${executablePath}`;
  if (!password) return "WSIC_PASSWORD is not set";
  return false;
}

/**
 * Runs a journey in a browser that nobody has used. `own` is where our pages are served; pages that begin with one of `others`
 * are somebody else's, whose faults are not ours.
 */
export async function journey(run, { own = base, others = [], ...options } = {}) {
  const folder = mkdtempSync(join(tmpdir(), "wsic-journey-"));
  const context = await chromium.launchPersistentContext(folder, {
    executablePath,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync"],
    viewport: { width: 1280, height: 900 },
    locale: "en-GB",
    ...options,
  });
  const page = context.pages()[0] ?? (await context.newPage());
  const faults = [];
  const theirs = (url) => others.some((other) => url.startsWith(other));
  page.on("console", (message) => {
    if (theirs(page.url())) return;
    // A page that is refused or not there, or whose figures are being counted anew, is an answer, not a fault of the page.
    const answered = /the server responded with a status of (40|503)/.test(message.text());
    if (message.type() === "error" && !answered) faults.push(message.text());
  });
  page.on("pageerror", (error) => faults.push(String(error)));
  page.on("request", (request) => {
    const url = request.url();
    if (theirs(url) || theirs(request.frame().url())) return;
    if (!url.startsWith(own) && !url.startsWith("data:")) faults.push(`asked ${url}`);
  });
  try {
    await run(page);
    assert.deepEqual(faults, [], "faults in the browser");
  } finally {
    await context.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Signs in by the form, from wherever one is sent to it. */
export async function signIn(page, user) {
  await page.goto(`${base}/`);
  await page.getByLabel("User name").fill(user);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("button", { name: "Sign out" }).waitFor();
}

/** Opens figures. While they are counted anew, because another journey has changed what may be counted, it looks again. */
export async function figures(page, address) {
  for (let tries = 0; tries < 120; tries++) {
    const answer = await page.goto(`${base}${address}`);
    if (answer.status() !== 503) return;
    await page.getByRole("heading", { name: "Figures are being counted anew" }).waitFor();
    if (tries === 0) await look(page, "figures-being-counted");
    await page.waitForTimeout(500);
  }
  assert.fail(`${address}: the figures did not come back`);
}

/** Looks at the page: no fault that axe finds, no sideways scrolling at 320 pixels, one heading. */
export async function look(page, name) {
  await page.locator("h1").first().waitFor(); // after a click the next page may be on its way
  assert.equal(await page.locator("h1").count(), 1, `${name}: one h1`);
  await picture(page, `${name}-1280`);
  await axe(page, name);
  await page.setViewportSize({ width: 320, height: 640 });
  // The menu folds itself a moment after the screen has become narrow.
  const narrow = () => document.documentElement.scrollWidth <= 320;
  const fits = await page.waitForFunction(narrow, null, { timeout: 3000 }).then(() => true, () => false);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(fits, `${name}: ${wide} pixels wide on a screen of 320`);
  await picture(page, `${name}-320`);
  await axe(page, `${name} at 320`);
  await page.setViewportSize({ width: 1280, height: 900 });
}

async function axe(page, name) {
  const found = await new AxeBuilder({ page }).withTags(standards).analyze();
  const said = found.violations.map((v) => `${v.id}: ${v.help} ${v.nodes.map((n) => n.target.join(" ")).join("; ")}`);
  assert.deepEqual(said, [], `${name}: axe`);
}

async function picture(page, name) {
  if (!shots) return;
  mkdirSync(shots, { recursive: true });
  await page.screenshot({ path: join(shots, `${name}.png`), fullPage: true });
}
