"use strict";
const WAIT_MS = 350, LOOK_MS = 1500;

for (const box of document.querySelectorAll("input[data-low]")) {
  const slider = document.createElement("input");
  slider.type = "range";
  Object.assign(slider, { min: box.dataset.low, max: box.dataset.high, step: box.dataset.step, value: box.value });
  slider.setAttribute("aria-label", `${document.querySelector(`label[for="${CSS.escape(box.id)}"]`).textContent}, slider`);
  slider.addEventListener("input", () => { box.value = slider.value; box.dispatchEvent(new Event("input", { bubbles: true })); });
  box.addEventListener("input", (event) => { if (event.isTrusted) slider.value = box.value; });
  box.before(slider);
}

const ask = document.getElementById("ask");
if (ask) {
  const status = document.getElementById("status"), weighed = document.getElementById("weighed");
  const run = document.getElementById("run");
  let pending, timer;
  const weigh = async () => {
    pending?.abort();
    pending = new AbortController();
    status.textContent = "Checking …";
    try {
      const body = new URLSearchParams(new FormData(ask));
      const answer = await fetch("/weigh", { method: "POST", body, signal: pending.signal });
      if (answer.status === 204) return;
      const open = [...weighed.querySelectorAll("details")].map((one) => one.open);
      weighed.innerHTML = await answer.text();
      [...weighed.querySelectorAll("details")].forEach((one, place) => { one.open = open[place] ?? false; });
      const name = answer.headers.get("X-Name");
      if (name) document.getElementById("name").placeholder = decodeURIComponent(name);
      run.disabled = !weighed.querySelector("[data-sound]");
      status.textContent = run.disabled ? "There is something to mend." : "";
    } catch (error) {
      if (error.name !== "AbortError") status.textContent = "The page does not answer. Does citycare app still run?";
    }
  };
  ask.addEventListener("input", (event) => {
    const usual = event.target.dataset.usual;
    if (usual !== undefined) event.target.closest(".lever, td").classList.toggle("changed", Number(event.target.value) !== Number(usual));
    clearTimeout(timer);
    timer = setTimeout(weigh, WAIT_MS);
  });
  document.getElementById("check").hidden = true;
  weigh();
}

const now = document.getElementById("now");
if (now?.dataset.open) {
  const look = async () => {
    try {
      const answer = await fetch(now.dataset.from);
      if (answer.ok) {
        const open = [...now.querySelectorAll("details")].map((one) => one.open);
        const text = await answer.text();
        if (now.innerHTML !== text) now.innerHTML = text;
        [...now.querySelectorAll("details")].forEach((one, place) => { one.open = open[place] ?? false; });
        const state = now.querySelector("[data-state]").dataset.state;
        if (state !== "waiting" && state !== "running") { location.reload(); return; }
      }
    } catch { /* asked again below: the page may be restarted */ }
    setTimeout(look, LOOK_MS);
  };
  setTimeout(look, LOOK_MS);
}
document.documentElement.dataset.ready = "yes";
