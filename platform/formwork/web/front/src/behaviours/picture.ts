// A small picture opens large in a dialog instead of being downloaded.
import { closable } from "./dialog";

export function picture(link: HTMLElement): void {
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const anchor = link as HTMLAnchorElement;
    const dialog = document.createElement("dialog");
    dialog.className = "fw-lightbox";
    const title = anchor.title || anchor.querySelector("img")?.alt || "";
    dialog.setAttribute("aria-label", title);
    const head = document.createElement("div");
    head.className = "fw-lightbox-head";
    const name = document.createElement("a");
    name.href = anchor.href;
    name.download = title;
    name.textContent = title;
    const close = document.createElement("button");
    close.type = "button";
    close.className = "btn fw-btn-sm";
    close.dataset.close = "";
    close.textContent = link.dataset.close ?? "×";
    head.append(name, close);
    const image = document.createElement("img");
    image.src = anchor.href;
    image.alt = title;
    dialog.append(head, image);
    document.body.append(dialog);
    closable(dialog);
    dialog.addEventListener("close", () => {
      dialog.remove();
      anchor.focus();
    });
    dialog.showModal();
    close.focus();
  });
}
