// Passkeys: asks the browser to make one or to answer with one, puts the answer into the form beside it and sends that.
// A part of the page is marked data-passkey="create" or "get"; it is hidden until we know that the browser can.
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
const written = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const named = (list) => (list || []).map((each) => ({ ...each, id: bytes(each.id) }));

function asked(options) {
  const asks = { ...options, challenge: bytes(options.challenge) };
  if (options.user) asks.user = { ...options.user, id: bytes(options.user.id) };
  if (options.excludeCredentials) asks.excludeCredentials = named(options.excludeCredentials);
  if (options.allowCredentials) asks.allowCredentials = named(options.allowCredentials);
  return asks;
}

function said(credential) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = written(credential.response[name]);
  }
  return JSON.stringify({ id: credential.id, rawId: written(credential.rawId), type: credential.type, response });
}

async function optionsOf(part, form) {
  if (part.dataset.options) return JSON.parse(part.dataset.options);
  const sent = new URLSearchParams({ csrf_token: form.elements.csrf_token.value });
  const answer = await fetch(part.dataset.optionsFrom, { method: "POST", body: sent });
  if (!answer.ok || answer.redirected) throw new Error("refused");
  return answer.json();
}

async function use(part, form, say) {
  say("Your browser is asking for the passkey.");
  try {
    const publicKey = asked(await optionsOf(part, form));
    form.elements.credential.value = said(await navigator.credentials[part.dataset.passkey]({ publicKey }));
    form.submit();
  } catch (fault) {
    say(
      fault.name === "InvalidStateError"
        ? "There is a passkey of yours on this device already. Choose another device or key."
        : "That did not work, or it was stopped. Try again, or go on with a code.",
    );
  }
}

for (const part of document.querySelectorAll("[data-passkey]")) {
  if (!window.PublicKeyCredential) continue;
  const form = part.querySelector("form");
  const line = document.querySelector("[data-passkey-said]");
  part.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    use(part, form, (text) => (line.textContent = text));
  });
}
