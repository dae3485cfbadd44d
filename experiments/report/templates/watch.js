// Plays one day: every stay is a dot in the box of its place and hospital; dots glide from box to box.
{
  const source = document.getElementById("watch-day");
  const player = document.getElementById("player");
  if (source && player) {
    const day = JSON.parse(source.textContent);
    const part = (name) => document.getElementById(`player-${name}`);
    const stage = part("stage");
    const paper = stage.getContext("2d");
    const still = window.matchMedia("(prefers-reduced-motion: reduce)");
    const GLIDE = 10;
    const LINE = 18;
    const GAP = 8;
    const nPlaces = day.places.length;
    const cells = day.cells.map(prepared);
    let now = 0;
    let playing = false;
    let last = 0;
    let boxes = [];
    let ink = {};

    // Give every stay the lowest free slot of its box, and the stay before it of the same patient.
    function prepared(cell) {
      const n = cell.box.length;
      const slots = new Array(n).fill(0);
      const before = new Array(n).fill(-1);
      const after = new Array(n).fill(-1);
      const taken = cell.counts.map(() => []);
      const most = cell.counts.map(() => 1);
      const lastOf = new Map();
      for (let i = 0; i < n; i++) {
        const box = cell.box[i];
        const free = taken[box].findIndex((end) => end <= cell.start[i]);
        slots[i] = free < 0 ? taken[box].length : free;
        taken[box][slots[i]] = cell.end[i];
        most[box] = Math.max(most[box], slots[i] + 1);
        if (lastOf.has(cell.who[i])) {
          before[i] = lastOf.get(cell.who[i]);
          after[before[i]] = i;
        }
        lastOf.set(cell.who[i], i);
      }
      return { ...cell, slots, before, after, most };
    }

    function chosen() {
      return cells[Number(part("cell").value)];
    }

    // Places stand side by side, as wide as the fullest of them needs; hospitals below each other.
    function layOut() {
      const width = stage.clientWidth;
      const narrow = width < 500;
      const height = narrow ? 92 : 104;
      const need = day.places.map((_, place) =>
        Math.max(...cells.flatMap((cell) => day.hospitals.map((_, h) => cell.most[h * nPlaces + place]))),
      );
      const weights = need.map((most) => Math.sqrt(most) + 5);
      const total = weights.reduce((sum, one) => sum + one, 0);
      const room = width - GAP * (nPlaces - 1);
      let top = 0;
      boxes = day.hospitals.flatMap((_, h) => {
        let left = 0;
        const row = weights.map((weight, place) => {
          const box = { x: left, y: top + 2 * LINE, w: (room * weight) / total, h: height };
          left += box.w + GAP;
          box.step = step(box, need[place]);
          box.columns = Math.max(1, Math.floor(box.w / box.step));
          const most = Math.max(...cells.map((cell) => cell.most[h * nPlaces + place]));
          return { ...box, h: Math.ceil(most / box.columns) * box.step };
        });
        const tallest = Math.max(...row.map((box) => box.h));
        top += tallest + 2 * LINE + GAP;
        return row.map((box) => ({ ...box, h: tallest }));
      });
      const scale = window.devicePixelRatio || 1;
      const tall = top;
      stage.width = Math.round(width * scale);
      stage.height = Math.round(tall * scale);
      stage.style.height = `${tall}px`;
      paper.setTransform(scale, 0, 0, scale, 0, 0);
      const style = getComputedStyle(document.documentElement);
      ink = Object.fromEntries(
        ["ink", "muted", "rule", "raised", "worse", "treatment", "baseline"].map((name) => [
          name,
          style.getPropertyValue(`--${name}`).trim(),
        ]),
      );
    }

    function step(box, most) {
      for (let size = 11; size > 2; size -= 0.25) {
        if (Math.floor(box.w / size) * Math.floor(box.h / size) >= most) return size;
      }
      return 2;
    }

    function spot(cell, i) {
      const box = boxes[cell.box[i]];
      const slot = cell.slots[i];
      return {
        x: box.x + (slot % box.columns) * box.step + box.step / 2,
        y: box.y + Math.floor(slot / box.columns) * box.step + box.step / 2,
        r: Math.min(4, box.step * 0.4),
      };
    }

    function place(cell, i) {
      const there = spot(cell, i);
      const since = now - cell.start[i];
      if (still.matches || cell.before[i] < 0 || since >= GLIDE) return there;
      const from = spot(cell, cell.before[i]);
      const share = since / GLIDE;
      const eased = share * share * (3 - 2 * share);
      return { ...there, x: from.x + (there.x - from.x) * eased, y: from.y + (there.y - from.y) * eased };
    }

    function dot(at, acuity) {
      paper.fillStyle = acuity <= 2 ? ink.worse : acuity === 3 ? ink.treatment : ink.baseline;
      paper.beginPath();
      if (acuity <= 2) paper.rect(at.x - at.r, at.y - at.r, 2 * at.r, 2 * at.r);
      else paper.arc(at.x, at.y, at.r, 0, 2 * Math.PI);
      paper.fill();
    }

    // The number in a box, and the name of the place where there is room for both.
    function caption(box, at, count) {
      paper.font = "600 12px system-ui, Arial, sans-serif";
      paper.fillStyle = ink.ink;
      paper.textAlign = "right";
      paper.fillText(count, box.x + box.w - 3, box.y - 5);
      const taken = paper.measureText(count).width + 12;
      paper.font = "12px system-ui, Arial, sans-serif";
      paper.fillStyle = ink.muted;
      paper.textAlign = "left";
      if (paper.measureText(day.places[at]).width + taken <= box.w) paper.fillText(day.places[at], box.x, box.y - 5);
    }

    function draw() {
      const cell = chosen();
      const tick = Math.min(cell.counts[0].length - 1, Math.floor(now / day.step));
      paper.clearRect(0, 0, stage.clientWidth, stage.clientHeight);
      paper.textBaseline = "alphabetic";
      boxes.forEach((box, b) => {
        paper.fillStyle = ink.raised;
        paper.fillRect(box.x, box.y, box.w, box.h);
        caption(box, b % nPlaces, String(cell.counts[b][tick]));
        paper.textAlign = "left";
        paper.fillStyle = ink.ink;
        paper.font = "600 13px system-ui, Arial, sans-serif";
        if (b % nPlaces === 0) paper.fillText(day.hospitals[b / nPlaces], 0, box.y - LINE - 4, stage.clientWidth);
      });
      for (let i = 0; i < cell.box.length && cell.start[i] <= now; i++) {
        if (cell.end[i] > now || (cell.end[i] === day.minutes && now === day.minutes)) {
          dot(place(cell, i), cell.acuity[cell.who[i]]);
        }
      }
      part("clock").value = moment();
      part("time").value = String(Math.floor(now));
      part("time").setAttribute("aria-valuetext", moment());
    }

    function moment() {
      const minute = (day.first_minute + Math.floor(now)) % 10080;
      const two = (value) => String(value).padStart(2, "0");
      const name = day.words.days.split(" ")[Math.floor(minute / 1440)];
      return `${name} ${two(Math.floor((minute % 1440) / 60))}:${two(minute % 60)}`;
    }

    // Say in words what the picture shows; only when it stands still, so that nobody is read a stream of numbers.
    function tell() {
      const cell = chosen();
      const tick = Math.min(cell.counts[0].length - 1, Math.floor(now / day.step));
      const counts = day.places.map((name, at) => {
        const n = day.hospitals.reduce((sum, _, h) => sum + cell.counts[h * nPlaces + at][tick], 0);
        return day.words.count.replace("{place}", name).replace("{n}", n);
      });
      part("said").textContent = day.words.counts
        .replace("{moment}", moment())
        .replace("{cell}", cell.name)
        .replace("{counts}", counts.join(", "));
    }

    function turn(on) {
      playing = on;
      part("play").textContent = on ? day.words.pause : day.words.play;
      if (on && now >= day.minutes - 1) now = 0;
      last = performance.now();
      if (on) requestAnimationFrame(advance);
      else tell();
    }

    function advance(moment_ms) {
      if (!playing) return;
      const passed = Math.min(1000, moment_ms - last) / 1000;
      const minutes = passed * Number(part("speed").value);
      const wait = still.matches && minutes < 30;
      if (!wait) {
        now = Math.min(day.minutes - 1, now + minutes);
        last = moment_ms;
        draw();
      }
      if (now >= day.minutes - 1) turn(false);
      else requestAnimationFrame(advance);
    }

    function shown() {
      draw();
      if (!playing) tell();
    }

    part("play").addEventListener("click", () => turn(!playing));
    part("time").addEventListener("input", () => {
      now = Number(part("time").value);
      shown();
    });
    part("cell").addEventListener("change", shown);
    part("dots").textContent = day.words.shown;
    player.hidden = false;
    const again = () => {
      layOut();
      draw();
    };
    window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);
    new ResizeObserver(again).observe(stage.parentElement);
    again();
    tell();
    player.dataset.ready = "true";
  }
}
