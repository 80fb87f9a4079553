// The boxes of django-rq's lists of jobs: the one in the head chooses all of them. They come without names.
const all = document.getElementById("action-toggle");
const boxes = [...document.querySelectorAll("input.action-select")];

all?.setAttribute("aria-label", "Choose all");
for (const box of boxes) box.setAttribute("aria-label", `Choose ${box.value}`);
all?.addEventListener("change", () => {
  for (const box of boxes) box.checked = all.checked;
});
