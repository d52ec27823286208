// Follows a running job until it is done, then opens its result.

interface State {
  done: number;
  total: number;
  text: string;
  finished: boolean;
}

const EVERY = 700;

export function progress(box: HTMLElement): void {
  const bar = box.querySelector("progress");
  const text = box.querySelector("[data-text]");
  let wait = EVERY;
  const ask = async (): Promise<void> => {
    try {
      const answer = await fetch(box.dataset.source ?? "", { headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(String(answer.status));
      const state = (await answer.json()) as State;
      wait = EVERY;
      if (bar) {
        bar.max = Math.max(1, state.total);
        bar.value = state.done;
      }
      if (text) text.textContent = state.text;
      if (state.finished) return location.replace(box.dataset.result ?? "");
    } catch {
      wait = Math.min(wait * 2, 15_000);
    }
    window.setTimeout(() => void ask(), wait);
  };
  window.setTimeout(() => void ask(), EVERY);
}
