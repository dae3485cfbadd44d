// Puts a button below every table that saves it as CSV, made here and now: nothing is fetched, nothing is sent.
{
  // Spreadsheets take what begins like this for a formula; a number with its sign is none.
  const FORMULA = /^[=@\t\r]|^[+\-](?![\d.,\s±]+$)/;

  function textOf(cell) {
    const parts = [...cell.childNodes].map((part) => part.textContent.trim()).filter(Boolean);
    return parts.join(" ").replace(/\s+/g, " ");
  }

  function entryOf(cell) {
    const text = textOf(cell);
    const safe = FORMULA.test(text) ? `'${text}` : text;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  }

  function csvOf(table) {
    const lines = [...table.rows].map((row) => [...row.cells].map(entryOf).join(","));
    return `\uFEFF${lines.join("\r\n")}\r\n`; // the mark tells spreadsheets that this is UTF-8
  }

  function save(table, caption) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([csvOf(table)], { type: "text/csv;charset=utf-8" }));
    link.download = `${caption.replace(/[^\p{L}\p{N}]+/gu, "_").slice(0, 60).replace(/^_+|_+$/g, "")}.csv`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }

  for (const region of document.querySelectorAll(".scroll")) {
    const table = region.querySelector("table");
    const caption = table?.caption?.textContent.trim();
    if (!caption) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "csv";
    button.textContent = document.body.dataset.csv;
    button.setAttribute("aria-label", `${document.body.dataset.csv}: ${caption}`);
    button.addEventListener("click", () => save(table, caption));
    region.after(button);
  }
}
