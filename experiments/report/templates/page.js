const charts = JSON.parse(document.getElementById("charts").textContent);
const narrow = window.matchMedia("(max-width: 40rem)");
const options = {
  ast: true, // the policy of this page forbids making code from text
  actions: false,
  defaultStyle: false,
  renderer: "svg",
  tooltip: { disableDefaultStyle: true },
};
const views = new Map();

function rowsOf(columns) {
  const fields = Object.entries(columns).map(([field, column]) => [
    field,
    Array.isArray(column) ? column : column.places.map((place) => column.words[place]),
  ]);
  const length = fields.length ? fields[0][1].length : 0;
  return Array.from({ length }, (_, i) => Object.fromEntries(fields.map(([field, values]) => [field, values[i]])));
}

async function draw(name, chart) {
  const place = document.getElementById(`live-${name}`);
  const specification = chart.specifications[narrow.matches ? "narrow" : "wide"];
  const datasets = { ...specification.datasets, rows: rowsOf(chart.columns) };
  views.get(name)?.finalize();
  views.set(name, await vegaEmbed(place, { ...specification, datasets }, options));
  place.closest("figure").classList.add("is-live");
}

async function drawAll() {
  for (const [name, chart] of Object.entries(charts)) {
    try {
      await draw(name, chart);
    } catch (error) {
      console.error(`figure ${name} stays a picture:`, error);
    }
  }
  document.documentElement.dataset.ready = "true";
}

narrow.addEventListener("change", drawAll);
drawAll();
