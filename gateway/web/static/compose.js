// While somebody types: the same check as the button's, asked for half a second after the last key, shown beside.
const REST = 500;
const room = document.querySelector("[data-gw-compose]");
const form = room?.querySelector("form");
const found = document.getElementById("found-here");
const said = document.getElementById("found-said");
let timer = 0;
let asked = 0;

async function ask() {
  const mine = ++asked;
  const data = new FormData(form);
  data.delete("picture_file");
  try {
    const answer = await fetch("/compose/findings", { method: "POST", body: data });
    if (mine !== asked) return;
    if (answer.redirected) {
      said.textContent = "Your session has ended. What you typed is still here: press Check, and it is kept while you sign in.";
    } else if (answer.ok) {
      show(await answer.text());
    }
  } catch {
    said.textContent = "The gateway does not answer. What you typed is still here.";
  }
}

function show(html) {
  const fresh = document.createElement("div");
  fresh.innerHTML = html;
  for (const each of fresh.querySelectorAll("template[data-for]")) {
    const place = document.getElementById(each.dataset.for);
    if (place) place.innerHTML = each.innerHTML;
    each.remove();
  }
  found.replaceChildren(...fresh.childNodes);
  const line = found.querySelector("[data-line]")?.textContent.trim() ?? "";
  if (said.textContent !== line) said.textContent = line;
}

function soon() {
  clearTimeout(timer);
  timer = setTimeout(ask, REST);
}

if (form && found && said) {
  form.addEventListener("input", soon);
  form.addEventListener("change", soon);
  if ([...form.querySelectorAll("textarea")].some((box) => box.value)) soon();
}
