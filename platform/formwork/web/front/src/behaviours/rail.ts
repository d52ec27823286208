// The navigation folds to icons: by its button or Ctrl-\.
import { keepLook } from "../dom/look";

export function rail(button: HTMLElement): void {
  const toggle = (): void => {
    const folded = document.body.classList.toggle("fw-app--rail");
    button.setAttribute("aria-pressed", String(folded));
    keepLook("rail", folded ? "1" : "");
  };
  button.addEventListener("click", toggle);
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === "\\") {
      event.preventDefault();
      toggle();
    }
  });
}
