// Choose or take a photo, show it, send it with progress, then tell the verdict as it is reached.
"use strict";

const LONGEST_SIDE = 4000; // pixels; a face at arm's length keeps far more than recognition needs
const FIRST_LOOK_MS = 250;
const LATEST_LOOK_MS = 5_000;
const HELD_LOOK_MS = 15_000;
const GIVE_UP_MS = 55 * 60_000; // the ticket is good for an hour

const byId = (id) => document.getElementById(id);
const form = byId("form");
const mostBytes = Number(form.dataset.mostBytes);
const mostPixels = Number(form.dataset.mostPixels);
const words = JSON.parse(form.dataset.words); // in the language of the house
let photo = null;
let run = 0; // a new photo ends the polling of the one before

document.documentElement.classList.add("js");
document.querySelector(".camera").hidden = !matchMedia("(pointer: coarse)").matches;
document.querySelector(".drop-hint").hidden = matchMedia("(pointer: coarse)").matches;

for (const id of ["photo", "camera"]) {
  byId(id).addEventListener("change", (event) => choose(event.target.files[0]));
}
byId("send").addEventListener("click", send);
byId("other").addEventListener("click", startOver);
byId("again").addEventListener("click", startOver);
form.addEventListener("submit", (event) => { event.preventDefault(); choose(byId("photo").files[0]); });
document.addEventListener("paste", (event) => choose(event.clipboardData.files[0]));
document.addEventListener("dragover", (event) => { event.preventDefault(); document.body.classList.add("dragging"); });
document.addEventListener("dragleave", () => document.body.classList.remove("dragging"));
document.addEventListener("drop", (event) => {
  event.preventDefault();
  document.body.classList.remove("dragging");
  choose(event.dataTransfer.files[0]);
});

async function choose(file) {
  if (!file || !byId("progress").hidden) return;
  run += 1;
  const mine = run;
  byId("news").hidden = true;
  byId("again").hidden = true;
  let fitting;
  try {
    fitting = await fit(file);
  } catch {
    startOver();
    tell({ state: "problem", title: words.unreadable, detail: words.choose });
    return;
  }
  if (mine !== run) return;
  photo = fitting;
  show(photo);
}

// A JPEG within the limits goes as it is; anything else the browser can read is drawn anew, as large as allowed.
async function fit(file) {
  const bitmap = await createImageBitmap(file);
  try {
    const small = file.size <= mostBytes && bitmap.width * bitmap.height <= mostPixels;
    if (small && file.type === "image/jpeg") return file;
    for (let side = LONGEST_SIDE; side >= 500; side /= 2) {
      const drawn = await draw(bitmap, side);
      if (drawn.size <= mostBytes) return drawn;
    }
  } finally {
    bitmap.close();
  }
  throw new Error("too large");
}

function draw(bitmap, longest) {
  const scale = Math.min(1, longest / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#fff"; // a transparent PNG has no background of its own
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.imageSmoothingQuality = "high";
  pen.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no picture"))), "image/jpeg", 0.92);
  });
}

function show(blob) {
  URL.revokeObjectURL(byId("preview").src);
  byId("preview").src = URL.createObjectURL(blob);
  byId("ask").hidden = true;
  byId("sending").hidden = false;
  byId("sending").classList.remove("sent");
  byId("confirm").hidden = false;
  byId("progress").hidden = true;
  byId("send").focus();
}

function startOver() {
  run += 1;
  photo = null;
  for (const id of ["photo", "camera"]) byId(id).value = "";
  byId("ask").hidden = false;
  byId("sending").hidden = true;
  byId("progress").hidden = true;
  byId("news").hidden = true;
  byId("again").hidden = true;
  byId("photo").focus();
}

async function send() {
  const mine = run;
  byId("confirm").hidden = true;
  byId("progress").hidden = false;
  move(0);
  let answer;
  try {
    answer = await post();
  } catch {
    answer = { title: words.lost, message: words.check };
  }
  byId("progress").hidden = true;
  if (answer.address) {
    byId("again").hidden = false;
    byId("sending").classList.add("sent");
    tell(answer);
    byId("news").focus();
    follow(answer, mine);
  } else {
    byId("confirm").hidden = false;
    tell({ state: "problem", title: answer.title, detail: answer.message });
  }
}

// XMLHttpRequest, because fetch cannot say how far an upload has come.
function post() {
  const parts = new FormData();
  parts.append("csrf_token", form.elements.csrf_token.value);
  parts.append("photo", photo, "photo.jpg");
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "application/json");
    request.responseType = "json";
    request.timeout = 120_000;
    request.upload.onprogress = (event) => move((100 * event.loaded) / event.total);
    request.onload = () => (request.response ? resolve(request.response) : reject(new Error("no answer")));
    request.onerror = request.ontimeout = () => reject(new Error("no connection"));
    request.send(parts);
  });
}

function move(percent) {
  byId("bar").value = percent;
  byId("progress-text").textContent = percent < 100 ? words.sending.replace("{percent}", Math.round(percent)) : words.sent;
}

async function follow(news, mine) {
  const began = Date.now();
  let pause = FIRST_LOOK_MS;
  while (!news.final && Date.now() - began < GIVE_UP_MS) {
    await new Promise((resolve) => setTimeout(resolve, pause));
    if (mine !== run) return;
    pause = Math.min(pause * 1.4, news.state === "held" ? HELD_LOOK_MS : LATEST_LOOK_MS);
    const next = await look(news);
    if (mine !== run) return;
    if (next.state !== news.state || next.title !== news.title) {
      tell(next);
      if (next.state !== "away") pause = FIRST_LOOK_MS;
    }
    news = next;
  }
}

async function look(news) {
  try {
    const response = await fetch(news.address, { headers: { Accept: "application/json" }, cache: "no-store" });
    const next = await response.json();
    if (response.ok) return { ...next, address: news.address };
    return { state: "problem", final: true, title: next.title, detail: next.message };
  } catch {
    return {
      state: "away",
      final: false,
      address: news.address,
      title: words.arrived,
      detail: words.away,
    };
  }
}

function tell(news) {
  byId("news").className = `news ${news.state} ${news.verdict || ""}`;
  byId("news-title").textContent = news.title;
  byId("news-detail").textContent = news.detail || "";
  byId("news").hidden = false;
}
