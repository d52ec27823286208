// A pad to sign on: drawn with pointer or finger, or the name typed; kept as a picture like one that is uploaded.
import { filesOf } from "./files";

const INK = "#14181f";
const PAPER = "#ffffff";
const REST = 700;

export function signature(box: HTMLElement): void {
  const part = box.querySelector<HTMLElement>("[data-sign]");
  const pad = box.querySelector("canvas");
  const typed = box.querySelector<HTMLInputElement>("[data-typed]");
  const pen = pad?.getContext("2d");
  if (!part || !pad || !typed || !pen) return;
  const files = filesOf(box);
  let timer = 0;
  let drawing = false;
  let fresh = false;
  part.hidden = false;
  const list = box.querySelector<HTMLElement>(".fw-file-list")!;
  box.classList.toggle("is-signed", list.childElementCount > 0);

  const wipe = (): void => {
    window.clearTimeout(timer);
    fresh = false;
    pen.fillStyle = PAPER;
    pen.fillRect(0, 0, pad.width, pad.height);
  };
  const keep = (): void => {
    window.clearTimeout(timer);
    if (!fresh) return;
    fresh = false;
    const bytes = atob(pad.toDataURL("image/png").split(",")[1] ?? "");
    const data = Uint8Array.from(bytes, (sign) => sign.charCodeAt(0));
    void files.send(new Blob([data], { type: "image/png" }), "signature.png");
  };
  const soon = (): void => {
    fresh = true;
    window.clearTimeout(timer);
    timer = window.setTimeout(keep, REST);
  };
  const place = (event: PointerEvent): [number, number] => {
    const frame = pad.getBoundingClientRect();
    return [((event.clientX - frame.left) / frame.width) * pad.width, ((event.clientY - frame.top) / frame.height) * pad.height];
  };

  wipe();
  pad.addEventListener("pointerdown", (event) => {
    drawing = true;
    window.clearTimeout(timer);
    pad.setPointerCapture(event.pointerId);
    pen.strokeStyle = INK;
    pen.lineWidth = 5;
    pen.lineCap = pen.lineJoin = "round";
    pen.beginPath();
    pen.moveTo(...place(event));
  });
  pad.addEventListener("pointermove", (event) => {
    if (!drawing) return;
    pen.lineTo(...place(event));
    pen.stroke();
  });
  for (const end of ["pointerup", "pointercancel"] as const) {
    pad.addEventListener(end, () => {
      if (drawing) soon();
      drawing = false;
    });
  }
  typed.addEventListener("input", () => {
    wipe();
    if (!typed.value.trim()) return;
    pen.fillStyle = INK;
    let size = 96;
    do pen.font = `italic ${(size -= 4)}px cursive`;
    while (size > 20 && pen.measureText(typed.value).width > pad.width - 60);
    pen.textBaseline = "middle";
    pen.fillText(typed.value, 30, pad.height / 2);
    soon();
  });
  box.querySelector("[data-wipe]")?.addEventListener("click", () => {
    typed.value = "";
    wipe();
    pad.focus();
  });
  box.addEventListener("fw:settle", keep);
  list.addEventListener("change", () => {
    if (list.childElementCount) return;
    box.classList.remove("is-signed");
    typed.value = "";
    wipe();
  });
}
