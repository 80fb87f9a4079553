// Small helps for the operator's pages. Without them every page works, too.

/** The part of another page that has this id. */
async function part(address, id, options) {
  const answer = await fetch(address, { credentials: "same-origin", ...options });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const found = page.getElementById(id);
  if (!found) throw new Error(`${answer.status} ${answer.statusText}`);
  return found;
}

/** A button that sends its form and shows the answer below, so that what was typed stays. */
async function showAnswer(button) {
  const place = document.getElementById(button.dataset.in);
  button.disabled = true;
  place.textContent = "Just a moment…";
  try {
    const body = new FormData(button.form);
    place.replaceChildren(await part(button.formAction, button.dataset.shows, { method: "POST", body }));
  } catch (error) {
    place.textContent = `No answer (${error.message}). Try again, or reload the page.`;
  }
  button.disabled = false;
}

/** Put a part in the place of another, and leave the keyboard where it was. */
function replace(shown, fresh) {
  const held = shown.contains(document.activeElement) && document.activeElement.id;
  shown.replaceWith(fresh);
  if (held) document.getElementById(held)?.focus();
}

/** A part of the page that is fetched anew until it says that it is finished. */
function keepFresh(id) {
  const shown = document.getElementById(id);
  const seconds = Number(shown?.dataset.refresh);
  if (!seconds) return;
  setTimeout(async () => {
    if (!document.hidden) {
      try {
        const fresh = await part(location.href, id);
        if (fresh.innerHTML !== shown.innerHTML) replace(shown, fresh);
        else shown.dataset.refresh = fresh.dataset.refresh ?? "";
      } catch {
        // The server does not answer now: what is shown stays, and it is asked again.
      }
    }
    keepFresh(id);
  }, seconds * 1000);
}

for (const button of document.querySelectorAll("button[data-shows]")) {
  button.addEventListener("click", (event) => {
    event.preventDefault();
    showAnswer(button);
  });
}
for (const { id } of document.querySelectorAll("[data-refresh][id]")) keepFresh(id);
