// The calendar is one stop of the Tab key; arrow keys move within it. What the pointer or the keys
// are on is said above the table.
const table = document.querySelector(".hours");
const said = document.getElementById("said");
const rows = [...table.tBodies[0].rows].map((row) => [...row.querySelectorAll(".cell")]);
const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

function within(number, length) {
  return Math.max(0, Math.min(length - 1, number));
}

function goTo(day, hour) {
  for (const cell of table.querySelectorAll('.cell[tabindex="0"]')) cell.tabIndex = -1;
  rows[day][hour].tabIndex = 0;
  rows[day][hour].focus();
}

table.addEventListener("keydown", (event) => {
  const day = rows.findIndex((cells) => cells.includes(document.activeElement));
  if (day < 0) return;
  const hour = rows[day].indexOf(document.activeElement);
  let to = null;
  if (event.key in STEPS) to = [day + STEPS[event.key][0], hour + STEPS[event.key][1]];
  else if (event.key === "Home") to = [day, 0];
  else if (event.key === "End") to = [day, 23];
  if (!to) return;
  event.preventDefault();
  goTo(within(to[0], rows.length), within(to[1], 24));
});

for (const kind of ["mouseover", "focusin"]) {
  table.addEventListener(kind, (event) => {
    const cell = event.target.closest(".cell");
    if (cell) said.textContent = cell.dataset.words;
  });
}

rows[0][0].tabIndex = 0;
