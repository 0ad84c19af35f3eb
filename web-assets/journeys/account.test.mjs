// A local account from the first password to the second factor, and the end of a session said and put off.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHmac, randomBytes } from "node:crypto";
import { test } from "node:test";
import { base, journey, look, missing, signIn } from "./browser.mjs";

const { WSIC, WSIC_FOLDER } = process.env;
const noCommand = !(WSIC && WSIC_FOLDER) && "WSIC and WSIC_FOLDER do not name a binary and its deployment";
const skip = missing();

/** The code of a moment for a key in base 32 (RFC 6238), made without any code of ours. */
function codeAt(key, seconds) {
  const bits = [...key].map((letter) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0"));
  const secret = Buffer.from(bits.join("").match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(seconds / 30)));
  const hash = createHmac("sha1", secret).update(step).digest();
  const number = (hash.readUInt32BE(hash.at(-1) & 15) & 0x7fffffff) % 1_000_000;
  return String(number).padStart(6, "0");
}

const account = (...words) => JSON.parse(execFileSync(WSIC, ["-C", WSIC_FOLDER, "account", ...words, "--json"], { encoding: "utf8" }));

async function fill(page, user, password) {
  await page.goto(`${base}/sign-in`);
  await page.getByLabel("User name").fill(user);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

test("an account goes from its first password to a second factor, and locks", { skip: skip || noCommand }, () =>
  journey(async (page) => {
    const user = `gina-${randomBytes(4).toString("hex")}`;
    const given = account("add", user, "--name", "Gina Okafor", "--role", "commissioner", "--organisation", "QRV").password;
    await fill(page, user, given);
    await look(page, "choose-password");
    await page.getByLabel("New password", { exact: true }).fill("short");
    await page.getByRole("button", { name: "Go on" }).click();
    await look(page, "choose-password-error");
    const own = "four words of my own";
    await page.getByLabel("New password", { exact: true }).fill(own);
    await page.getByRole("button", { name: "Go on" }).click();
    await page.getByRole("link", { name: /^Gina Okafor/ }).click();
    await look(page, "account");

    await page.getByRole("link", { name: "Set up a second factor" }).click();
    await look(page, "second-factor");
    await page.getByLabel("Your password now", { exact: true }).fill(own);
    await page.getByRole("button", { name: "Begin" }).click();
    await look(page, "second-factor-key");
    const key = (await page.locator("code.app-secret").innerText()).replaceAll(" ", "");
    let seconds = Date.now() / 1000;
    await page.getByLabel("Code", { exact: true }).fill(codeAt(key, seconds));
    await page.getByRole("button", { name: "Set it up" }).click();
    await look(page, "recovery-codes");
    const recovery = await page.locator("main li code").first().innerText();
    await page.getByRole("button", { name: "Sign out", exact: true }).click();

    await fill(page, user, own);
    await look(page, "code");
    // The code of this moment was used to set it up; the next one is good a step early.
    await page.getByLabel("Code", { exact: true }).fill(codeAt(key, seconds + 30));
    await page.getByRole("button", { name: "Go on" }).click();
    await page.getByRole("button", { name: "Sign out", exact: true }).click();
    await fill(page, user, own);
    await page.getByLabel("Code", { exact: true }).fill(recovery);
    await page.getByRole("button", { name: "Go on" }).click();
    await page.getByRole("link", { name: /^Gina Okafor/ }).click();
    await page.getByText("Recovery codes left: 7.").waitFor();
    account("disable", user);
    await page.reload();
    assert.equal(await page.locator("h1").innerText(), "Sign in");

    for (let n = 0; n < 5; n++) await fill(page, user, "wrong");
    await fill(page, user, own);
    await page.getByText("Too many failures: wait 1 minute and try again").first().waitFor();
    await look(page, "locked");
  }));

test("a session says when it ends, can be kept, and is taken up again", { skip }, () =>
  journey(async (page) => {
    await page.clock.install();
    await signIn(page, "gp");
    await page.goto(`${base}/worklist`);
    await page.locator("section.app-session > div", { hasText: "You will be signed out at" }).waitFor();
    const dialog = page.getByRole("dialog", { name: "You will soon be signed out" });
    await page.clock.fastForward("54:00");
    assert.ok(!(await dialog.isVisible()), "not yet");
    await page.clock.fastForward("01:30");
    await dialog.waitFor();
    await look(page, "session-ends");
    await dialog.getByRole("button", { name: "Stay signed in" }).click();
    await dialog.waitFor({ state: "hidden" });
    await page.clock.fastForward("54:00");
    assert.ok(!(await dialog.isVisible()), "it began anew");
    await page.clock.fastForward("01:30");
    await dialog.waitFor();
    // The server's clock has not moved: what the browser does at the end is leave the page.
    await page.context().clearCookies();
    await page.clock.fastForward("05:00");
    await page.getByText("Your session has ended. Sign in, and you go on where you were.").waitFor();
    await look(page, "session-ended");
    await page.getByLabel("User name").fill("gp");
    await page.getByLabel("Password", { exact: true }).fill(process.env.WSIC_PASSWORD);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.waitForURL(`${base}/worklist`);
  }));

test("signing out in one window leaves the pages of every other", { skip }, () =>
  journey(async (page) => {
    await signIn(page, "gp");
    await page.goto(`${base}/worklist`);
    const other = await page.context().newPage();
    await other.goto(`${base}/account`);
    await other.getByRole("button", { name: "Sign out", exact: true }).click();
    await page.getByText("Your session has ended. Sign in, and you go on where you were.").waitFor();
  }));

test("without a script the page says when the session ends", { skip }, () =>
  journey(
    async (page) => {
      await signIn(page, "gp");
      const words = await page.locator("section.app-session > div p").innerText();
      assert.match(words, /^You will be signed out at \d+:\d\d[ap]m unless you open another page before then/);
      assert.ok(!(await page.locator("dialog").isVisible()));
    },
    { javaScriptEnabled: false },
  ));
