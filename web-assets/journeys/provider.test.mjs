// Signing in through a certified OpenID Connect provider, which runs here for the journey: roles from claims, refusal, logout from
// both sides. A second server of ours shares the demonstration's store and knows the provider.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { journey, look, missing } from "./browser.mjs";

const { WSIC, WSIC_FOLDER } = process.env;
const library = await import("oidc-provider").catch(() => null);
const skip =
  missing() ||
  (!(WSIC && WSIC_FOLDER) && "WSIC and WSIC_FOLDER do not name a binary and its deployment") ||
  (!library && "the npm package oidc-provider is not installed");

const secret = "a secret of the journey's own, long enough";
const people = {
  gina: { name: "Gina Okafor", roles: ["doctor"], organisation: "E84002" },
  lead: { name: "Leah Governance", roles: ["porter", "governance"], organisation: "QRV" },
  porter: { name: "Paul Porter", roles: ["porter"], organisation: "QRV" },
};
let issuer, own, folder, server, listener;

const freePort = () =>
  new Promise((done) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => done(port));
    });
  });

async function startProvider() {
  const port = await freePort();
  issuer = `http://127.0.0.1:${port}`;
  const provider = new library.Provider(issuer, {
    clients: [
      {
        client_id: "wsic",
        client_secret: secret,
        redirect_uris: [`${own}/sign-in/provider/return`],
        post_logout_redirect_uris: [`${own}/sign-out`],
        backchannel_logout_uri: `${own}/sign-in/provider/ended`,
        backchannel_logout_session_required: true,
      },
    ],
    scopes: ["openid", "wsic"],
    claims: { openid: ["sub"], wsic: ["name", "roles", "organisation"] },
    conformIdTokenClaims: false,
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...people[id] }) }),
    features: { backchannelLogout: { enabled: true }, rpInitiatedLogout: { enabled: true }, devInteractions: { enabled: true } },
    pkce: { required: () => true },
    // Without its guard against asking machines of its own network: ours is one.
    fetch: (url, { dispatcher, ...options }) => fetch(url, options),
    cookies: { keys: ["for the journey alone"] },
  });
  provider.on("backchannel.error", (_, error) => console.error("back-channel logout:", error));
  const app = provider.callback();
  const { createServer: http } = await import("node:http");
  listener = http(app).listen(port, "127.0.0.1");
}

/** A deployment whose store and data are the demonstration's, and whose wsic.toml names the provider. */
async function startOwn() {
  folder = mkdtempSync(join(tmpdir(), "wsic-provider-"));
  cpSync(join(WSIC_FOLDER, "area"), join(folder, "area"), { recursive: true });
  const config = readFileSync(join(WSIC_FOLDER, "wsic.toml"), "utf8")
    .replace("sqlite://wsic.db", `sqlite://${join(WSIC_FOLDER, "wsic.db")}`)
    .replace('data = "data"', `data = "${join(WSIC_FOLDER, "data")}"`);
  const provider = `
[sign_in.provider]
name = "Test provider"
issuer = "${issuer}"
client_id = "wsic"
client_secret = "${secret}"
base = "${own}"
scopes = ["openid", "wsic"]
claims = { role = "roles" }
roles = [{ value = "doctor", role = "gp" }, { value = "governance", role = "governance_lead" }]
`;
  writeFileSync(join(folder, "wsic.toml"), config + provider, { mode: 0o600 });
  server = spawn(WSIC, ["-C", folder, "serve", "--listen", own.replace("http://", "")], { stdio: ["ignore", "ignore", "inherit"] });
  for (let n = 0; n < 100; n++) {
    const there = await fetch(`${own}/help`).then((answer) => answer.ok, () => false);
    if (there) return;
    await new Promise((later) => setTimeout(later, 100));
  }
  throw new Error("the server did not start");
}

before(async () => {
  if (skip) return;
  own = `http://127.0.0.1:${await freePort()}`;
  await startProvider();
  await startOwn();
});

after(() => {
  server?.kill();
  listener?.closeAllConnections();
  listener?.close();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

/** The provider's own pages ask for a font from outside: they go without. */
const through = (run) => () =>
  journey(
    async (page) => {
      await page.route(/googleapis/, (route) => route.abort());
      await run(page);
    },
    { own, others: [issuer] },
  );

async function signInThere(page, login) {
  await page.getByPlaceholder("Enter any login").fill(login);
  await page.getByPlaceholder("and password").fill("anything");
  await page.getByRole("button", { name: "Sign-in" }).click();
  const consent = page.getByRole("button", { name: "Continue" });
  const here = page.locator("main h1");
  await consent.or(here).first().waitFor();
  if (await consent.isVisible()) await consent.click();
  await here.waitFor();
}

test("a GP comes in through the provider, to the page they asked for, and goes out of both", { skip },
  through(async (page) => {
    await page.goto(`${own}/worklist`);
    await look(page, "provider-sign-in");
    await page.getByRole("button", { name: "Sign in with Test provider" }).click();
    const asked = new URL(page.url());
    assert.ok(asked.href.startsWith(issuer), asked.href);
    await signInThere(page, "gina");
    assert.equal(page.url(), `${own}/worklist`);
    await page.getByRole("link", { name: /^Gina Okafor/ }).click();
    await page.waitForURL(`${own}/account`);
    await look(page, "provider-account");
    await page.getByText("You sign in with Test provider").waitFor();
    await page.getByRole("button", { name: "Sign out", exact: true }).click();
    await page.getByRole("button", { name: "Yes, sign me out" }).click();
    await page.getByText("You have signed out.").waitFor();
    assert.ok(page.url().startsWith(`${own}/sign-out`), page.url());
    await page.goto(`${own}/sign-in/provider`);
    await page.getByPlaceholder("Enter any login").waitFor(); // the provider has forgotten them too
  }),
);

test("a role is taken from several, and the provider's own sign-out ends the session here", { skip },
  through(async (page) => {
    await page.goto(`${own}/sign-in/provider?next=/audit`);
    await signInThere(page, "lead");
    assert.equal(page.url(), `${own}/audit`);
    await page.getByText("Signed in at the identity provider.").first().waitFor();
    await page.goto(`${issuer}/session/end`);
    await page.getByRole("button", { name: "Yes, sign me out" }).click();
    await page.getByText("Sign-out Success").waitFor();
    await page.goto(`${own}/audit`);
    assert.equal(await page.locator("h1").innerText(), "Sign in", "ended from behind");
  }),
);

test("whom the provider knows without a role of ours is told what to do", { skip },
  through(async (page) => {
    await page.goto(`${own}/sign-in/provider`);
    await signInThere(page, "porter");
    assert.equal(await page.locator("h1").innerText(), "You cannot sign in here yet");
    await look(page, "provider-unknown");
    const other = await page.context().newPage();
    await other.goto(`${own}/worklist`);
    assert.equal(await other.locator("h1").innerText(), "Sign in");
    await page.getByRole("button", { name: "Sign in again" }).click();
    await signInThere(page, "gina"); // the provider knows the porter still, and asks all the same
    await page.getByRole("link", { name: /^Gina Okafor/ }).waitFor();
  }),
);
