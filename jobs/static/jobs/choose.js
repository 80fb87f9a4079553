// The box in the head of one of django-rq's lists of jobs chooses all of them.
document.addEventListener("change", ({ target }) => {
  if (target.id !== "action-toggle") return;
  for (const box of document.querySelectorAll("input.action-select")) box.checked = target.checked;
});
